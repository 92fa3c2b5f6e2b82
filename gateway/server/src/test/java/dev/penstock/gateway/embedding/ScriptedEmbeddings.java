package dev.penstock.gateway.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real server that answers as told. */
final class ScriptedEmbeddings implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> broken = new LinkedBlockingQueue<>();
    private volatile Script script;

    /** What to do with a request. */
    interface Script {
        void answer(Call call);
    }

    /** A request that came. */
    record Call(HttpServerRequest request, String body, HttpServerResponse response) {
        List<String> texts() {
            List<String> texts = new ArrayList<>();
            json().path("input").forEach(text -> texts.add(text.textValue()));
            return texts;
        }

        JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException garbage) {
                throw new UncheckedIOException(garbage);
            }
        }

        /** As OpenAI would: of each text the direction that its number says. */
        void vectors() {
            List<String> data = new ArrayList<>();
            for (int i = 0; i < texts().size(); i++) {
                data.add(0, entry(i, Integer.parseInt(texts().get(i).strip())));
            }
            say(data);
        }

        void say(List<String> data) {
            response.end("{\"object\":\"list\",\"model\":\"m\",\"data\":[" + String.join(",", data)
                    + "],\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}");
        }
    }

    static String entry(int index, int number) {
        return String.format(
                Locale.ROOT,
                "{\"object\":\"embedding\",\"index\":%d,\"embedding\":[%.6f,%.6f]}",
                index,
                3 * Math.cos(number * 0.01),
                3 * Math.sin(number * 0.01));
    }

    ScriptedEmbeddings(Vertx vertx, Script first) {
        script = first;
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    Call call = new Call(request, body.toString(), request.response());
                    request.connection().closeHandler(closed -> broken.add(call.body()));
                    calls.add(call);
                    script.answer(call);
                }));
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    void then(Script next) {
        script = next;
    }

    /** The next request that has come or comes. */
    Call call() throws InterruptedException {
        return some(calls, "a request");
    }

    /** Requests that have come and nobody has asked for. */
    int calls() {
        return calls.size();
    }

    /** The last request on the next connection that ends. */
    String broken() throws InterruptedException {
        return some(broken, "the end of a connection");
    }

    private static <T> T some(BlockingQueue<T> queue, String what) throws InterruptedException {
        T next = queue.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("waited in vain for " + what);
        }
        return next;
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
