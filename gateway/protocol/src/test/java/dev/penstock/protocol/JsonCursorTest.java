package dev.penstock.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonCursorTest {
    private static final long SEED = 20261129;
    private static final JsonLimits DEEP = new JsonLimits(500, 1000, 1024, 100_000);
    private static final String LONG = "long \\\"text\\\" ] } \u6c34 ".repeat(20);
    private static final String BODY =
            "{\"a\":[{\"role\":\"user\",\"content\":\"" + LONG + "\"},{\"content\":[{\"t\\u0079pe\":"
                    + "\"im\\u0061ge\",\"url\":{\"x\":\"" + LONG + "\",\"y\":[1,[],{}]}},\"\",\"" + "z".repeat(200)
                    + "\"]},-1,2.5e3,true,false,null,{},[]],\"b\":\"" + LONG + "\",\"c\":7}";

    private static JsonDocument parse(String json) throws JsonRejectedException {
        return JsonDocument.parse(json.getBytes(StandardCharsets.UTF_8), DEEP);
    }

    private static JsonCursor cursor(JsonDocument document, String name) {
        return document.cursor(name).orElseThrow();
    }

    /** Compares what the cursor steps over with the tree; at random passes over parts of it. */
    private static void compare(JsonCursor cursor, JsonToken token, JsonNode tree, Random random) {
        assertEquals(tree.asToken(), token);
        if (tree.isTextual()) {
            assertEquals(tree.textValue().isEmpty(), cursor.isEmpty());
            assertEquals(tree.textValue(), cursor.text());
        } else if (tree.isContainerNode() && random.nextInt(4) == 0) {
            cursor.skip();
        } else if (tree.isArray()) {
            for (JsonNode element : tree) {
                JsonToken next = cursor.next();
                assertFalse(cursor.isNamed("role"));
                compare(cursor, next, element, random);
            }
            assertEquals(JsonToken.END_ARRAY, cursor.next());
        } else if (tree.isObject()) {
            for (Iterator<Map.Entry<String, JsonNode>> i = tree.properties().iterator(); i.hasNext(); ) {
                Map.Entry<String, JsonNode> field = i.next();
                JsonToken next = cursor.next();
                assertTrue(cursor.isNamed(field.getKey()));
                assertFalse(cursor.isNamed(field.getKey() + "x"));
                compare(cursor, next, field.getValue(), random);
            }
            assertEquals(JsonToken.END_OBJECT, cursor.next());
        }
    }

    @Test
    void stepsOverWhatAParserWouldMakeATreeOf() throws Exception {
        Random random = new Random(SEED);
        JsonNode tree = new ObjectMapper().readTree(BODY);
        // Scanned, parsed for an escape in a name, and edited.
        for (String body : new String[] {BODY.replace("\\u0079", "y"), BODY}) {
            JsonDocument read = parse(body);
            for (JsonDocument document : new JsonDocument[] {read, read.with("c", "[[8]]")}) {
                for (int round = 0; round < 200; round++) {
                    for (String name : new String[] {"a", "b"}) {
                        JsonCursor cursor = cursor(document, name);
                        compare(cursor, cursor.next(), tree.get(name), random);
                    }
                }
            }
        }
    }

    @Test
    void skipsWhatLiesDeeperThanItSteps() throws Exception {
        String deep = "[".repeat(300) + "\"]\"" + "]".repeat(300);
        JsonCursor cursor = cursor(parse("{\"a\":[" + deep + ",{\"k\":" + deep + "},1]}"), "a");
        assertEquals(JsonToken.START_ARRAY, cursor.next());
        assertEquals(JsonToken.START_ARRAY, cursor.next());
        cursor.skip();
        assertEquals(JsonToken.START_OBJECT, cursor.next());
        assertEquals(JsonToken.START_ARRAY, cursor.next());
        assertTrue(cursor.isNamed("k"));
        cursor.skip();
        assertEquals(JsonToken.END_OBJECT, cursor.next());
        assertEquals(JsonToken.VALUE_NUMBER_INT, cursor.next());
        assertEquals(JsonToken.END_ARRAY, cursor.next());
    }

    @Test
    void thereIsNoneOfNothing() throws Exception {
        assertTrue(parse("{\"a\":null}").cursor("a").isEmpty());
        assertTrue(parse("{\"a\":null}").cursor("b").isEmpty());
    }
}
