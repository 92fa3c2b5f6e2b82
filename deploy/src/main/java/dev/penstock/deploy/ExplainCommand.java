package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock explain}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Ask a running gateway who would get a request now, and why; nothing is sent to any worker.",
            "The file holds the body of a request to the API, such as {\"model\":\"m\",\"messages\":[...]}."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:somebody would get it", "1:nobody can run it", "2:bad usage, a bad request, no gateway there"
        })
final class ExplainCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_BODY = 4 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final PrintWriter out;
    private final InputStream in;

    @Parameters(paramLabel = "FILE", description = "The request's body as JSON; `-` is standard input.")
    private Path file = Path.of("");

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "The gateway's admin listener (default: ${DEFAULT-VALUE}).")
    private URI admin = URI.create("http://127.0.0.1:9090");

    @Option(names = "--key-id", paramLabel = "ID", description = "The key it would come with, by its public name.")
    private Optional<String> keyId = Optional.empty();

    @Option(
            names = "--operation",
            paramLabel = "NAME",
            description = "chat, completion or embedding; told by the body where this is left out.")
    private Optional<String> operation = Optional.empty();

    @Option(names = "--data-class", paramLabel = "CLASS", description = "public, internal or private.")
    private Optional<String> dataClass = Optional.empty();

    @Option(names = "--placement", paramLabel = "WHERE", description = "edge-only, edge-first, cloud-first or auto.")
    private Optional<String> placement = Optional.empty();

    @Option(names = "--region", paramLabel = "LABELS", description = "Regions it may run in, separated by commas.")
    private Optional<String> region = Optional.empty();

    @Option(names = "--site", paramLabel = "NAMES", description = "Sites it may run at, separated by commas.")
    private Optional<String> site = Optional.empty();

    @Option(names = "--max-cost-usd", paramLabel = "USD", description = "The most it may cost.")
    private Optional<String> maxCost = Optional.empty();

    @Option(names = "--deadline-ms", paramLabel = "MS", description = "The longest it may take.")
    private Optional<String> deadline = Optional.empty();

    @Option(names = "--min-quality", paramLabel = "0..1", description = "The least quality of the model.")
    private Optional<String> minQuality = Optional.empty();

    @Option(names = "--json", description = "Print the gateway's answer as it is.")
    private boolean json;

    ExplainCommand(PrintWriter out, InputStream in) {
        this.out = out;
        this.in = in;
    }

    @Override
    public Integer call() {
        byte[] body = body();
        AdminClient gateway = new AdminClient(admin, PATIENCE);
        HttpResponse<String> answer = gateway.ask(request(gateway, body));
        JsonNode told = gateway.json(answer);
        if (answer.statusCode() != 200) {
            throw CommandFailedException.usage(
                    told.path("error").path("message").asText("the gateway answered " + answer.statusCode()));
        }
        out.print(json ? answer.body() : ExplanationText.of(told));
        out.flush();
        return told.has("plan") ? 0 : 1;
    }

    private byte[] body() {
        try {
            byte[] body = file.equals(Path.of("-")) ? in.readNBytes(MAX_BODY + 1) : Files.readAllBytes(file);
            if (body.length > MAX_BODY) {
                throw CommandFailedException.usage(file + ": larger than 4 MiB (expected: the body of one request)");
            }
            return body;
        } catch (IOException unreadable) {
            throw CommandFailedException.usage(file + ": cannot be read (expected: the body of a request as JSON)");
        }
    }

    private HttpRequest request(AdminClient gateway, byte[] body) {
        String query = "?operation=" + encoded(operation.orElseGet(() -> operationOf(body)))
                + keyId.map(id -> "&key-id=" + encoded(id)).orElse("");
        try {
            HttpRequest.Builder request = gateway.request("/admin/explain" + query)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body));
            headers().forEach(request::header);
            return request.build();
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(String.valueOf(refused.getMessage()));
        }
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        dataClass.ifPresent(value -> headers.put("x-penstock-data-class", value));
        placement.ifPresent(value -> headers.put("x-penstock-placement", value));
        region.ifPresent(value -> headers.put("x-penstock-region", value));
        site.ifPresent(value -> headers.put("x-penstock-site", value));
        maxCost.ifPresent(value -> headers.put("x-penstock-max-cost-usd", value));
        deadline.ifPresent(value -> headers.put("x-penstock-deadline-ms", value));
        minQuality.ifPresent(value -> headers.put("x-penstock-min-quality", value));
        return headers;
    }

    /** A body that is not JSON is for the gateway to refuse. */
    private static String operationOf(byte[] body) {
        try {
            JsonNode request = MAPPER.readTree(body);
            return request.has("messages") || !(request.has("input") || request.has("prompt"))
                    ? "chat"
                    : request.has("prompt") ? "completion" : "embedding";
        } catch (IOException malformed) {
            return "chat";
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
