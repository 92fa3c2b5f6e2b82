package dev.penstock.loadtest.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Map;

/** Configuration files of peers, in an order of their own so that two of the same setup are the same. */
final class PeerJson {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private PeerJson() {}

    static String of(Map<String, Object> configuration) {
        try {
            return JSON.writeValueAsString(configuration) + "\n";
        } catch (JsonProcessingException notPlain) {
            throw new IllegalArgumentException("configuration: " + configuration, notPlain);
        }
    }
}
