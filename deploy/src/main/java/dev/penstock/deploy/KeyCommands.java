package dev.penstock.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands below {@code penstock keys} that ask a running gateway. */
final class KeyCommands {
    private static final String PATH = "/admin/keys";
    private static final String ID = "The key's public name: lower-case letters, digits and dashes.";

    private KeyCommands() {}

    private static String path(String id) {
        return PATH + "/" + AdminOptions.encoded(id);
    }

    /** What most keys are told. */
    private static final class Scopes {
        @Option(
                names = "--models",
                paramLabel = "NAMES",
                description = "The models it may ask for, separated by commas; '*' is every model.")
        private Optional<String> models = Optional.empty();

        @Option(
                names = "--endpoints",
                paramLabel = "NAMES",
                description = "What it may ask of them: chat, completions, embeddings.")
        private Optional<String> endpoints = Optional.empty();

        @Option(names = "--sites", paramLabel = "NAMES", description = "The sites that may run its requests.")
        private Optional<String> sites = Optional.empty();

        @Option(
                names = "--networks",
                paramLabel = "CIDRS",
                description = "The networks it may be shown from, such as 10.1.0.0/16.")
        private Optional<String> networks = Optional.empty();

        @Option(
                names = "--expires",
                paramLabel = "WHEN",
                description = "The UTC instant from which it is refused: 2027-01-31T00:00:00Z.")
        private Optional<String> expires = Optional.empty();

        @Option(
                names = "--criticality",
                paramLabel = "WORD",
                description = "critical, default or sheddable: what is given up first.")
        private Optional<String> criticality = Optional.empty();

        @Option(names = "--tag", paramLabel = "NAME=TEXT", description = "A word of your own about it.")
        private Map<String, String> tags = new LinkedHashMap<>();

        @Mixin
        private final SettingOptions others = new SettingOptions();

        ObjectNode document() {
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            list(document, "models", models);
            list(document, "endpoints", endpoints);
            list(document, "sites", sites);
            list(document, "networks", networks);
            expires.ifPresent(when -> document.put("expires", when));
            criticality.ifPresent(word -> document.put("criticality", word));
            if (!tags.isEmpty()) {
                ObjectNode all = document.putObject("tags");
                tags.forEach(all::put);
            }
            others.into(document);
            return document;
        }

        private static void list(ObjectNode document, String name, Optional<String> values) {
            values.ifPresent(given -> {
                ArrayNode array = document.putArray(name);
                Stream.of(given.split(",", -1))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .forEach(array::add);
            });
        }
    }

    /** {@code penstock keys new}. */
    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            description = {
                "Make an API key in the store of a running gateway. It is shown once.",
                "A key that names no models may ask for none."
            })
    static final class New implements Runnable {
        private final PrintWriter out;

        @Parameters(paramLabel = "ID", description = ID)
        private String id = "";

        @Option(names = "--tenant", paramLabel = "ID", description = "Who is billed for it (default: default).")
        private Optional<String> tenant = Optional.empty();

        @Option(names = "--project", paramLabel = "ID", description = "The part of the tenant (default: default).")
        private Optional<String> project = Optional.empty();

        @Mixin
        private final Scopes scopes = new Scopes();

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        New(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            ObjectNode document = scopes.document().put("id", id);
            tenant.ifPresent(name -> document.put("tenant", name));
            project.ifPresent(name -> document.put("project", name));
            gateway.print(out, gateway.send("POST", PATH, document), AccountText::made);
        }
    }

    /** {@code penstock keys list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the keys that a running gateway knows: of its configuration and of its store.")
    static final class Listing implements Runnable {
        private final PrintWriter out;

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        Listing(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            gateway.print(out, gateway.get(PATH), told -> AccountText.keys(told.path("keys")));
        }
    }

    /** {@code penstock keys show}. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Say what is known of a key; never the key.")
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
            gateway.print(out, gateway.get(path(id)), AccountText::one);
        }
    }

    /** {@code penstock keys update}. */
    @Command(
            name = "update",
            mixinStandardHelpOptions = true,
            description = "Change settings of a key; those that are not named stay. The key itself stays, too.")
    static final class Update implements Runnable {
        private final PrintWriter out;

        @Parameters(paramLabel = "ID", description = ID)
        private String id = "";

        @Mixin
        private final Scopes scopes = new Scopes();

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        Update(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            gateway.print(out, gateway.send("PATCH", path(id), scopes.document()), AccountText::one);
        }
    }

    /** {@code penstock keys rotate}. */
    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = "Give a key another secret, shown once. The one before is taken too, for the overlap.")
    static final class Rotate implements Runnable {
        private final PrintWriter out;

        @Parameters(paramLabel = "ID", description = ID)
        private String id = "";

        @Option(
                names = "--overlap",
                paramLabel = "DURATION",
                description = "How long the secret before is taken too, from 0s to 90d (default: 24h).")
        private Optional<String> overlap = Optional.empty();

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        Rotate(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            overlap.ifPresent(given -> document.put("overlap", given));
            gateway.print(out, gateway.send("POST", path(id) + "/rotate", document), AccountText::made);
        }
    }

    /** {@code penstock keys revoke}. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Revoke a key, for good: every gateway refuses it within 5 s. Its id stays its own.")
    static final class Revoke implements Runnable {
        private final PrintWriter out;

        @Parameters(paramLabel = "ID", description = ID)
        private String id = "";

        @Mixin
        private final AdminOptions gateway = new AdminOptions();

        Revoke(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void run() {
            ObjectNode nothing = JsonNodeFactory.instance.objectNode();
            gateway.print(
                    out,
                    gateway.send("POST", path(id) + "/revoke", nothing),
                    told -> "key " + id + " is revoked" + System.lineSeparator());
        }
    }
}
