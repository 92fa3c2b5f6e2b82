package dev.penstock.gateway.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The words of kept answers. */
final class AnswerText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private AnswerText() {}

    static String of(byte[] kept) {
        try {
            JsonNode choices = MAPPER.readTree(kept).path("choices");
            return StreamSupport.stream(choices.spliterator(), false)
                    .map(choice -> choice.path("message").path("content").asText("")
                            + choice.path("text").asText(""))
                    .collect(Collectors.joining("\n"));
        } catch (IOException impossible) {
            throw new IllegalStateException("an answer that was kept is no JSON", impossible);
        }
    }
}
