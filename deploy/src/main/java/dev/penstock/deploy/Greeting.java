package dev.penstock.deploy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What {@code penstock up} prints when it is ready.
 *
 * @param url the API
 * @param adminUrl the admin listener
 * @param models what is served, by name
 * @param startup since the virtual machine began
 */
record Greeting(URI url, URI adminUrl, List<String> models, Duration startup) {
    Greeting {
        models = List.copyOf(models);
    }

    String text() {
        var time = String.format(Locale.ROOT, " after %.1f s", startup.toMillis() / 1000.0);
        return """
                Penstock is ready%s.

                  API     %s/v1
                  Admin   %s  (/health/ready, /metrics, /pool)
                  Models  %s

                Try it:

                  %s

                Ctrl-C ends it.
                """.formatted(time, url, adminUrl, String.join(", ", models), curl());
    }

    /** A line to paste into any shell. */
    String curl() {
        return models.stream()
                .filter(model -> !embeds(model))
                .findFirst()
                .map(model -> post(
                        "/v1/chat/completions",
                        "{\"model\": \"" + model
                                + "\", \"messages\": [{\"role\": \"user\", \"content\": \"What is a gateway?\"}]}"))
                .orElseGet(() -> models.isEmpty()
                        ? "curl " + url + "/v1/models"
                        : post(
                                "/v1/embeddings",
                                "{\"model\": \"" + models.getFirst() + "\", \"input\": \"What is a gateway?\"}"));
    }

    private String post(String path, String body) {
        return "curl " + url + path + " -H 'Content-Type: application/json' -d '" + body + "'";
    }

    private static boolean embeds(String model) {
        return model.contains("MiniLM");
    }
}
