package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Which gateway is asked, and by whom. The admin key is no argument: those can be seen by everybody on a machine. */
final class AdminOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FIRST_ERROR = 300;
    private static final int FIRST_FAILURE = 500;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "The gateway's admin listener (default: ${DEFAULT-VALUE}).")
    private URI admin = URI.create("http://127.0.0.1:9090");

    @Option(
            names = "--admin-key-file",
            paramLabel = "FILE",
            description = "The key of whoever administers, where auth.admin-keys asks for one; or PENSTOCK_ADMIN_KEY.")
    private Optional<Path> keyFile = Optional.empty();

    @Option(names = "--json", description = "Print the gateway's answer as it is.")
    private boolean json;

    /** Prints what the gateway told: as it is, where that is wanted, or in words. */
    void print(PrintWriter out, JsonNode told, Function<JsonNode, String> text) {
        out.print(json ? told.toPrettyString() + System.lineSeparator() : text.apply(told));
        out.flush();
    }

    /** What the gateway answers, or the reason why not. */
    JsonNode get(String path) {
        return send("GET", path, Optional.empty());
    }

    /** The same, of a change. */
    JsonNode send(String method, String path, ObjectNode body) {
        return send(method, path, Optional.of(body));
    }

    private JsonNode send(String method, String path, Optional<ObjectNode> body) {
        AdminClient gateway = new AdminClient(admin, PATIENCE);
        HttpResponse<String> answer = gateway.ask(request(gateway, method, path, body));
        JsonNode told = gateway.json(answer);
        if (answer.statusCode() >= FIRST_ERROR) {
            String why = told.path("error").path("message").asText("status " + answer.statusCode());
            throw answer.statusCode() >= FIRST_FAILURE
                    ? CommandFailedException.failure(why)
                    : CommandFailedException.usage(why);
        }
        return told;
    }

    private HttpRequest request(AdminClient gateway, String method, String path, Optional<ObjectNode> body) {
        try {
            HttpRequest.Builder request = gateway.request(path);
            key().ifPresent(key -> request.header("authorization", "Bearer " + key));
            return body.map(document -> request.header("content-type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(document.toString())))
                    .orElseGet(request::GET)
                    .build();
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(String.valueOf(refused.getMessage()));
        }
    }

    private Optional<String> key() {
        if (keyFile.isEmpty()) {
            return Optional.ofNullable(System.getenv("PENSTOCK_ADMIN_KEY")).filter(key -> !key.isBlank());
        }
        try {
            return Optional.of(Files.readString(keyFile.get()).strip());
        } catch (IOException unreadable) {
            throw CommandFailedException.usage(
                    "--admin-key-file: " + keyFile.get() + " cannot be read: " + unreadable.getMessage());
        }
    }

    /** A name as a part of a path. */
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
