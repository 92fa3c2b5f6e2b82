package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Loop;
import dev.penstock.protocol.AnswerFacts;
import dev.penstock.protocol.AnswerInspector;
import dev.penstock.protocol.SseDecoder;
import dev.penstock.protocol.SseFrame;
import dev.penstock.protocol.SseRejectedException;
import dev.penstock.routing.Outcome.FailureClass;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import java.util.Optional;

/**
 * Relays an event stream. The 200 is held until a frame with content is checked; from then on frames go out as they come,
 * those of one piece in one write. Dropped are the usage chunk nobody asked for and frames without payload that SDKs break
 * on; rewritten are a foreign model name and frames with an {@code id:}.
 *
 * <p>The stream is whole at {@code [DONE]}, and also where it ends without, if every choice asked for has its {@code
 * finish_reason}: the {@code [DONE]} that some servers leave out is then supplied. A {@code [DONE]} before any {@code
 * finish_reason} ends a truncated answer and is not passed on. (Not every choice: some servers ignore {@code n}.)
 */
final class StreamRelay implements AnswerRelay {
    private static final int MOST_DEFERRED_BYTES = 32 << 10;
    private static final byte[] NOTHING = {};
    private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");
    /** Role, finish and usage frames of each choice, and those of servers that split a token over frames. */
    private static final int FRAMES_MARGIN = 256;

    private final InferenceRequest request;
    private final Optional<ModelName> modelName;
    private final AnswerHead head;
    private final ClientFlow flow;
    private final UsageMeter meter;
    private final AttemptClock clock;
    private final BufferBudget budget;
    private final RelaySettings settings;
    private final Loop loop;
    private final long maxFrames;

    private final SseDecoder decoder;
    /** What goes out with the next write: held before the commit, the frames of one piece after it. */
    private Buffer outgoing = Buffer.buffer();
    /** Frames that follow those, side by side in one array as they came: written from there, and not copied. */
    private byte[] run = NOTHING;

    private int runStart;
    private int runEnd;

    private int pendingCharged;
    private boolean released;
    private boolean flushing;
    private long frames;
    private int finishedChoices;

    StreamRelay(
            InferenceRequest request,
            Optional<ModelName> modelName,
            AnswerHead head,
            ClientFlow flow,
            UsageMeter meter,
            AttemptClock clock,
            BufferBudget budget,
            RelaySettings settings,
            Loop loop) {
        this.request = request;
        this.modelName = modelName;
        this.head = head;
        this.flow = flow;
        this.meter = meter;
        this.clock = clock;
        this.budget = budget;
        this.settings = settings;
        this.loop = loop;
        this.decoder = new SseDecoder(settings.maxFrameBytes());
        this.maxFrames = request.maxTokens().isPresent()
                ? Math.min(settings.maxFrames(), request.maxTokens().getAsLong() * request.choices() + FRAMES_MARGIN)
                : settings.maxFrames();
    }

    @Override
    public boolean take(Buffer piece) throws AttemptFailedException {
        decoder.feed(piece.getBytes());
        boolean whole = drain();
        if (outgoingBytes() >= MOST_DEFERRED_BYTES) {
            flush();
        } else if (!whole && !flushing) {
            flushing = true;
            loop.defer(this::flushDeferred);
        }
        return whole;
    }

    /** A burst of chunks goes out as one write: what costs is the write. */
    private void flushDeferred() {
        flushing = false;
        if (!released) {
            flush();
        }
    }

    @Override
    public void end() throws AttemptFailedException {
        decoder.finish();
        if (drain()) {
            return;
        }
        if (decoder.pendingBytes() > 0 || !finished()) {
            throw new AttemptFailedException(FailureClass.RESET, "the stream ended before its answer was whole");
        }
        complete();
    }

    @Override
    public void release() {
        flush(); // what has come goes out before whatever is said of the end
        released = true;
        budget.adjust(-pendingCharged);
        pendingCharged = 0;
    }

    private boolean drain() throws AttemptFailedException {
        try {
            for (Optional<SseFrame> frame = decoder.next(); frame.isPresent(); frame = decoder.next()) {
                if (frame.get().isDone()) {
                    if (finishedChoices == 0) {
                        throw new AttemptFailedException(FailureClass.PROTOCOL, "[DONE] before any finish_reason");
                    }
                    complete();
                    return true;
                }
                take(frame.get());
            }
        } catch (SseRejectedException e) {
            throw new AttemptFailedException(FailureClass.PROTOCOL, String.valueOf(e.getMessage()));
        }
        return false;
    }

    private void take(SseFrame frame) throws AttemptFailedException {
        if (!frame.hasData()) {
            if (frame.isComment()) {
                append(frame); // some servers keep the connection alive with them
            }
            return;
        }
        if (frame.event().equals("error")) {
            throw reported(frame);
        }
        if (!frame.event().isEmpty() && !frame.event().equals("message")) {
            return; // a ping or the like: no chunk, and SDKs would take it for one
        }
        if (++frames > maxFrames) {
            throw new AttemptFailedException(
                    FailureClass.PROTOCOL, "more than " + maxFrames + " frames, beyond what was asked for");
        }
        AnswerFacts facts = AnswerInspector.inspect(frame)
                .orElseThrow(() -> new AttemptFailedException(FailureClass.PROTOCOL, "a frame that is not JSON"));
        if (facts.error()) {
            throw reported(frame);
        }
        take(frame, facts);
    }

    /** An error within a 200: its own status is in its body, if anywhere. */
    private static AttemptFailedException reported(SseFrame frame) {
        byte[] body = Arrays.copyOfRange(frame.data(), frame.dataStart(), frame.dataEnd());
        return WorkerRefusal.of(200, body, Optional.empty());
    }

    private void take(SseFrame frame, AnswerFacts facts) throws AttemptFailedException {
        if (flow.client().committed()) {
            clock.touch();
        }
        meter.report(facts.usage());
        finishedChoices += facts.finishedChoices();
        if (facts.content()) {
            meter.contentChunk();
        }
        boolean unasked = facts.usage().isPresent() && !facts.choices() && !request.includeUsage();
        if (!unasked) {
            boolean usageChunk = facts.usage().isPresent() && !facts.choices() && facts.usageEnd() >= 0;
            // A Penstock that passes the answer on says what it costs there.
            Optional<String> cost = usageChunk && !request.hops().relayed() ? head.costUsd() : Optional.empty();
            Chunk chunk = Chunk.of(frame, facts);
            append(cost.isPresent() ? chunk.costing(cost.get()) : chunk);
        }
        if (!flow.client().committed()) {
            if (facts.content() || finished()) {
                commit();
            } else if (outgoingBytes() > settings.maxBufferedBytes()) {
                throw new AttemptFailedException(
                        FailureClass.PROTOCOL, "no content in the first " + settings.maxBufferedBytes() + " bytes");
            }
        }
    }

    private void append(SseFrame frame) throws AttemptFailedException {
        append(frame.bytes(), frame.start(), frame.end());
        if (!flow.client().committed() && outgoingBytes() > settings.maxBufferedBytes()) {
            throw new AttemptFailedException(
                    FailureClass.PROTOCOL, "no content in the first " + settings.maxBufferedBytes() + " bytes");
        }
    }

    private void append(Chunk chunk) {
        if (chunk.plain() && modelName.isEmpty()) {
            append(chunk.bytes(), chunk.from(), chunk.to());
            return;
        }
        spill();
        byte[] bytes = chunk.plain() ? chunk.bytes() : onOneLine(chunk.bytes());
        if (!chunk.plain()) {
            outgoing.appendString("data: ");
        }
        if (modelName.isPresent()) {
            outgoing.appendBuffer(
                    modelName.get().into(bytes, chunk.from(), chunk.to(), chunk.jsonStart(), chunk.facts()));
        } else {
            outgoing.appendBytes(bytes, chunk.from(), chunk.to() - chunk.from());
        }
        if (!chunk.plain()) {
            outgoing.appendString("\n\n");
        }
    }

    private void append(byte[] bytes, int from, int to) {
        if (run != bytes || runEnd != from) {
            spill();
            run = bytes;
            runStart = from;
        }
        runEnd = to;
    }

    private void spill() {
        if (run != NOTHING) {
            outgoing.appendBytes(run, runStart, runEnd - runStart);
            run = NOTHING;
        }
    }

    private int outgoingBytes() {
        return outgoing.length() + (run == NOTHING ? 0 : runEnd - runStart);
    }

    /** The payload was checked to be JSON, in which a line break is a blank. */
    private static byte[] onOneLine(byte[] data) {
        byte[] line = data.clone();
        for (int i = 0; i < line.length; i++) {
            line[i] = line[i] == '\n' || line[i] == '\r' ? (byte) ' ' : line[i];
        }
        return line;
    }

    private boolean finished() {
        return finishedChoices >= request.choices();
    }

    private void commit() {
        head.commit("text/event-stream");
        clock.await(FailureClass.STALLED, settings.interToken());
    }

    private void complete() {
        if (!flow.client().committed()) {
            commit();
        }
        head.whole();
        spill();
        outgoing.appendBuffer(DONE);
        flush();
        flow.client().end();
    }

    /** Writes what may go out, and tells the budget what is still held. */
    private void flush() {
        if (flow.client().committed() && outgoingBytes() > 0) {
            flow.write(taken());
        }
        if (released) {
            return; // the write has found that the client is gone
        }
        int pending = decoder.pendingBytes() + outgoingBytes();
        budget.adjust(pending - pendingCharged);
        pendingCharged = pending;
    }

    /** What is to go out, out of here. */
    private Buffer taken() {
        if (outgoing.length() == 0) {
            Buffer out = BufferInternal.buffer(Unpooled.wrappedBuffer(run, runStart, runEnd - runStart));
            run = NOTHING;
            return out;
        }
        spill();
        Buffer out = outgoing;
        outgoing = Buffer.buffer();
        return out;
    }
}
