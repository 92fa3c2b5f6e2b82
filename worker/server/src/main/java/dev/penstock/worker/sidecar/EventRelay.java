package dev.penstock.worker.sidecar;

import dev.penstock.protocol.AnswerInspector;
import dev.penstock.protocol.SseDecoder;
import dev.penstock.protocol.SseFrame;
import dev.penstock.protocol.SseRejectedException;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Relays an event stream by whole frames, so that an error frame can follow any of them. The stream is whole where a
 * {@code [DONE]} or the {@code finish_reason} of a choice has come: a server that dies behind a proxy often ends its
 * stream as cleanly as one that is through.
 */
final class EventRelay implements AnswerRelay {
    private static final int FRAME_LIMIT = 1 << 20;

    private final ModelRename rename;
    private final AnswerFlow flow;
    private final AnswerMeter meter;
    private final SseDecoder decoder = new SseDecoder(FRAME_LIMIT);
    private boolean whole;

    EventRelay(ModelRename rename, AnswerFlow flow, AnswerMeter meter) {
        this.rename = rename;
        this.flow = flow;
        this.meter = meter;
    }

    @Override
    public boolean take(Buffer piece) {
        decoder.feed(piece.getBytes());
        return passOn();
    }

    @Override
    public boolean end() {
        decoder.finish();
        if (!passOn() || decoder.pendingBytes() > 0 || !whole) {
            return false;
        }
        flow.end(Buffer.buffer());
        return true;
    }

    /** Those of one piece go out in one write. Returns false at a frame that has no end. */
    private boolean passOn() {
        Buffer out = Buffer.buffer();
        boolean endless = false;
        try {
            for (Optional<SseFrame> frame = decoder.next(); frame.isPresent(); frame = decoder.next()) {
                look(frame.get());
                out.appendBytes(rename.frame(frame.get()));
            }
        } catch (SseRejectedException tooLong) {
            endless = true;
        }
        if (out.length() > 0) {
            flow.write(out);
        }
        return !endless;
    }

    private void look(SseFrame frame) {
        if (frame.isDone()) {
            whole = true;
        } else if (frame.hasData()) {
            AnswerInspector.inspect(frame).ifPresent(facts -> {
                whole |= facts.finishedChoices() > 0;
                meter.chunk(facts);
            });
        }
    }
}
