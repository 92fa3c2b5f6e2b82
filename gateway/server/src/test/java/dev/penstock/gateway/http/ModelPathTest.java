package dev.penstock.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.ModelId;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPathTest {
    @ParameterizedTest
    @CsvSource({"m,m", "a/b,a/b", "a%2Fb,a/b", "a%2fb/c,a/b/c", "a%3A8b,a:8b", "a+b,a+b", "%C3%A9,é", "a.b,a.b"})
    void readsTheId(String raw, String id) {
        assertEquals(Optional.of(new ModelId(id)), ModelPath.id(raw));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "..",
                "a/..",
                "../a",
                "%2e%2e/a",
                "a/%2e%2e%2fb",
                "a//b",
                "/a",
                "a/",
                "a/..;/b",
                "a;x=1",
                "a%252Fb",
                "%",
                "%zz",
                "a%00b",
                "a%0d%0ab",
                "a\\b",
                "a%5cb",
                "%ff",
                "%20a"
            })
    void refusesWaysOut(String raw) {
        assertEquals(Optional.empty(), ModelPath.id(raw));
    }
}
