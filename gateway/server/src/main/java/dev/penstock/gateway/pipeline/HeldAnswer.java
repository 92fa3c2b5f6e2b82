package dev.penstock.gateway.pipeline;

import dev.penstock.protocol.AnswerLogprobs;
import dev.penstock.protocol.SseDecoder;
import dev.penstock.protocol.SseFrame;
import dev.penstock.protocol.SseRejectedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An answer that is held until it is whole and judged. To the attempt that gives it, it is the client. What it holds is
 * bounded by {@value #MAX_BYTES} bytes and counted in the process's budget until it is {@linkplain #release released};
 * a longer one is broken off.
 */
final class HeldAnswer implements ClientExchange {
    static final int MAX_BYTES = 8 << 20;

    private final ClientExchange client;
    private final BufferBudget budget;
    private final boolean strip;
    private final Promise<Boolean> closed = Promise.promise();

    private final Map<String, String> headers = new LinkedHashMap<>();
    private Buffer body = Buffer.buffer();
    private boolean committed;
    private boolean whole;
    private boolean overflowed;

    /** A holder before the client; {@code strip}: the log probabilities in it are not the client's. */
    HeldAnswer(ClientExchange client, BufferBudget budget, boolean strip) {
        this.client = client;
        this.budget = budget;
        this.strip = strip;
        client.closed().onComplete(left -> closed.tryComplete(true));
    }

    /** Whether it was longer than what is held. */
    boolean overflowed() {
        return overflowed;
    }

    /** Whether all of it is here. */
    boolean whole() {
        return whole;
    }

    /**
     * Reads what the worker was how sure of, and takes that out again where the client did not ask for it.
     *
     * @return the mean probability of the tokens; empty where the worker told none
     */
    OptionalDouble confidence() {
        AnswerLogprobs logprobs = new AnswerLogprobs();
        byte[] held = body.getBytes();
        Buffer stripped = streamed() ? frames(held, logprobs) : Buffer.buffer(logprobs.strip(held, 0, held.length));
        if (strip) {
            budget.adjust(stripped.length() - (long) body.length());
            body = stripped;
        }
        return logprobs.confidence();
    }

    private boolean streamed() {
        return headers.getOrDefault("content-type", "").startsWith("text/event-stream");
    }

    private static Buffer frames(byte[] held, AnswerLogprobs logprobs) {
        Buffer out = Buffer.buffer(held.length);
        SseDecoder decoder = new SseDecoder(MAX_BYTES);
        decoder.feed(held);
        decoder.finish();
        try {
            for (Optional<SseFrame> next = decoder.next(); next.isPresent(); next = decoder.next()) {
                SseFrame frame = next.get();
                if (frame.hasData() && !frame.isDone()) {
                    out.appendString("data: ")
                            .appendBytes(logprobs.strip(frame.data(), frame.dataStart(), frame.dataEnd()))
                            .appendString("\n\n");
                } else {
                    out.appendBytes(frame.bytes(), frame.start(), frame.length());
                }
            }
        } catch (SseRejectedException e) {
            throw new IllegalStateException("frames that were relayed before are no longer taken", e);
        }
        return out;
    }

    /** Sends it to the client, with these headers beside those of the answer itself. */
    void send(Map<String, String> route) {
        headers.forEach(route::putIfAbsent);
        if (streamed()) {
            client.commit(200, route);
            client.write(body);
            client.end();
        } else {
            client.answer(200, route, body);
        }
    }

    /** Gives back what it holds. */
    void release() {
        budget.adjust(-body.length());
        body = Buffer.buffer();
    }

    @Override
    public void answer(int status, Map<String, String> said, Buffer content) {
        commit(status, said);
        write(content);
        end();
    }

    @Override
    public void commit(int status, Map<String, String> said) {
        if (!committed) {
            committed = true;
            headers.putAll(said);
            // Those of the route are said again when it is sent.
            headers.keySet().removeIf(name -> name.startsWith("x-") && !name.equals("x-accel-buffering"));
            headers.remove("openai-processing-ms");
        }
    }

    @Override
    public boolean committed() {
        return committed;
    }

    @Override
    public void write(Buffer piece) {
        if (overflowed || whole) {
            return;
        }
        if (body.length() + piece.length() > MAX_BYTES || budget.exhausted()) {
            overflowed = true;
            closed.tryComplete(true);
            return;
        }
        body.appendBuffer(piece);
        budget.adjust(piece.length());
    }

    @Override
    public long unwrittenBytes() {
        return 0;
    }

    @Override
    public void onWritten(Runnable progress) {}

    @Override
    public void end() {
        whole = !overflowed;
        closed.tryComplete(false);
    }

    @Override
    public void breakOff() {
        closed.tryComplete(false);
    }

    @Override
    public void reset() {
        closed.tryComplete(true);
    }

    @Override
    public Future<Boolean> closed() {
        return closed.future();
    }
}
