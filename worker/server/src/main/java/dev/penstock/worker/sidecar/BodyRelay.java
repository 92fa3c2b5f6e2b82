package dev.penstock.worker.sidecar;

import dev.penstock.protocol.AnswerInspector;
import io.vertx.core.buffer.Buffer;

/** Relays an answer that is one object: piped, or held until its end where the model's name must be rewritten. */
final class BodyRelay implements AnswerRelay {
    private static final int HELD_LIMIT = 16 << 20;

    private final ModelRename rename;
    private final AnswerFlow flow;
    private final AnswerMeter meter;
    private final AnswerInspector inspector = new AnswerInspector();
    private final Buffer held = Buffer.buffer();

    BodyRelay(ModelRename rename, AnswerFlow flow, AnswerMeter meter) {
        this.rename = rename;
        this.flow = flow;
        this.meter = meter;
    }

    @Override
    public boolean take(Buffer piece) {
        // What is no JSON, such as the page of a proxy, passes too: it only has no usage.
        inspector.feed(piece.getBytes());
        if (!rename.needed()) {
            flow.write(piece);
        } else if (held.length() + (long) piece.length() > HELD_LIMIT) {
            return false;
        } else {
            held.appendBuffer(piece);
        }
        return true;
    }

    @Override
    public boolean end() {
        if (inspector.finish()) {
            meter.whole(inspector.facts());
        }
        flow.end(rename.needed() ? Buffer.buffer(rename.answer(held.getBytes())) : Buffer.buffer());
        return true;
    }
}
