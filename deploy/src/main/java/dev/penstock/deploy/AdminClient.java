package dev.penstock.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the admin listener of a running gateway. */
record AdminClient(URI admin, Duration patience) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * The beginning of a request.
     *
     * @param path with its query
     * @throws IllegalArgumentException where the listener's address is none
     */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(admin.toString().replaceFirst("/+$", "") + path))
                .timeout(patience);
    }

    HttpResponse<String> ask(HttpRequest request) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .build()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException unreachable) {
            throw CommandFailedException.usage(admin + ": no gateway answers (expected: its admin listener; "
                    + StartFailure.reason(unreachable) + ")");
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw CommandFailedException.failure("interrupted");
        }
    }

    JsonNode json(HttpResponse<String> answer) {
        try {
            return MAPPER.readTree(answer.body());
        } catch (JsonProcessingException strange) {
            throw CommandFailedException.usage(
                    admin + ": answers something else (expected: a gateway's admin listener)");
        }
    }
}
