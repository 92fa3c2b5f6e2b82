package dev.penstock.deploy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands below {@code penstock tenants}. */
final class TenantCommands {
    private static final String PATH = "/admin/tenants";
    private static final String ID = "A tenant's id, or TENANT/PROJECT for a project of it.";

    private TenantCommands() {}

    /** @param project empty for the tenant itself */
    private record Name(String tenant, Optional<String> project) {
        static Name of(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? new Name(text, Optional.empty())
                    : new Name(text.substring(0, slash), Optional.of(text.substring(slash + 1)));
        }

        /** Where the one or the other is made. */
        String collection() {
            return project.isEmpty() ? PATH : PATH + "/" + AdminOptions.encoded(tenant) + "/projects";
        }

        String id() {
            return project.orElse(tenant);
        }

        String path() {
            return collection() + "/" + AdminOptions.encoded(id());
        }
    }

    /** What both are told; the weight is a tenant's. */
    private static final class Settings {
        @Option(
                names = "--weight",
                paramLabel = "NUMBER",
                description = "A tenant's share of the workers where requests wait (default: 1).")
        private Optional<Double> weight = Optional.empty();

        @Mixin
        private final SettingOptions others = new SettingOptions();

        ObjectNode document() {
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            weight.ifPresent(share -> document.put("weight", share));
            others.into(document);
            return document;
        }
    }

    /** {@code penstock tenants new}. */
    @Command(name = "new", mixinStandardHelpOptions = true, description = "Make a tenant, or a project of one.")
    static final class New implements Runnable {
        private final PrintWriter out;

        @Parameters(paramLabel = "ID", description = ID)
        private String id = "";

        @Mixin
        private final Settings settings = new Settings();

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        New(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            Name name = Name.of(id);
            ObjectNode document = settings.document().put("id", name.id());
            gateway.print(out, gateway.send("POST", name.collection(), document), AccountText::one);
        }
    }

    /** {@code penstock tenants list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the tenants that a running gateway knows, with their projects.")
    static final class Listing implements Runnable {
        private final PrintWriter out;

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        Listing(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            gateway.print(out, gateway.get(PATH), told -> AccountText.tenants(told.path("tenants")));
        }
    }

    /** {@code penstock tenants show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Say what is known of a tenant or a project.")
    static final class Show implements Runnable {
        private final PrintWriter out;

        @Parameters(paramLabel = "ID", description = ID)
        private String id = "";

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        Show(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            gateway.print(out, gateway.get(Name.of(id).path()), AccountText::one);
        }
    }

    /** {@code penstock tenants update}. */
    @Command(
            name = "update",
            mixinStandardHelpOptions = true,
            description = "Change settings of a tenant or a project; those that are not named stay.")
    static final class Update implements Runnable {
        private final PrintWriter out;

        @Parameters(paramLabel = "ID", description = ID)
        private String id = "";

        @Mixin
        private final Settings settings = new Settings();

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        Update(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            gateway.print(out, gateway.send("PATCH", Name.of(id).path(), settings.document()), AccountText::one);
        }
    }
}
