package dev.penstock.deploy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock cache purge}. */
@Command(
        name = "purge",
        mixinStandardHelpOptions = true,
        description = {
            "Have no gateway of the cluster serve answers from memory any more that there are by now,",
            "those on their way included: those that are all of what is given."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the gateway failed", "2:bad usage, no memory, no gateway there"})
final class CachePurgeCommand implements Callable<Integer> {
    private final PrintWriter out;

    @Mixin
    private final AdminOptions gateway = new AdminOptions();

    @Option(names = "--tenant", paramLabel = "ID", description = "The tenant's.")
    private Optional<String> tenant = Optional.empty();

    @Option(names = "--key", paramLabel = "ID", description = "Those to requests with that key.")
    private Optional<String> key = Optional.empty();

    @Option(names = "--model", paramLabel = "NAME", description = "Those of a model, as it was asked for.")
    private Optional<String> model = Optional.empty();

    @Option(names = "--entry", paramLabel = "NAME", description = "One.")
    private Optional<String> entry = Optional.empty();

    @Option(names = "--all", description = "All there are; with nothing else.")
    private boolean all;

    CachePurgeCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        ObjectNode scope = JsonNodeFactory.instance.objectNode();
        tenant.ifPresent(id -> scope.put("tenant", id));
        key.ifPresent(id -> scope.put("key", id));
        model.ifPresent(name -> scope.put("model", name));
        entry.ifPresent(name -> scope.put("entry", name));
        if (scope.isEmpty() != all) {
            throw CommandFailedException.usage((all ? "--all: given with a part" : "nothing is named")
                    + " (expected: --tenant, --key, --model or --entry, or --all alone)");
        }
        if (all) {
            scope.put("all", true);
        }
        gateway.print(
                out,
                gateway.send("POST", "/admin/cache/purge", scope),
                told -> told.path("purged").asText() + " answers in this gateway's memory are gone, and those of others"
                        + System.lineSeparator());
        return 0;
    }
}
