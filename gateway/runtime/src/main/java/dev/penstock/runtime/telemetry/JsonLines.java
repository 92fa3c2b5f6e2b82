package dev.penstock.runtime.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/** For a collector: an object a line with {@code time, level, logger, thread, message}, the pairs, and the trace. */
final class JsonLines extends LineEncoder {
    private static final JsonFactory FACTORY = new JsonFactory();

    @Override
    String line(ILoggingEvent event) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField(
                    "time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
            json.writeStringField("level", event.getLevel().toString());
            json.writeStringField("logger", event.getLoggerName());
            json.writeStringField("thread", event.getThreadName());
            json.writeStringField("message", event.getFormattedMessage());
            List<KeyValuePair> pairs = event.getKeyValuePairs();
            if (pairs != null) {
                for (KeyValuePair pair : pairs) {
                    write(json, pair);
                }
            }
            String trace = trace(event);
            if (!trace.isEmpty()) {
                json.writeStringField("exception", trace);
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory", impossible);
        }
        return line.toString();
    }

    private static void write(JsonGenerator json, KeyValuePair pair) throws IOException {
        json.writeFieldName(pair.key);
        switch (pair.value) {
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Boolean bool -> json.writeBoolean(bool);
            case null -> json.writeNull();
            default -> json.writeString(pair.value.toString());
        }
    }
}
