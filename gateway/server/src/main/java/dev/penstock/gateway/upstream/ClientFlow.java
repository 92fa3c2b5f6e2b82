package dev.penstock.gateway.upstream;

import dev.penstock.gateway.pipeline.BufferBudget;
import dev.penstock.gateway.pipeline.ClientExchange;
import dev.penstock.gateway.pipeline.Loop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer to its client no faster than the client takes it: pauses the worker's body while too much is unwritten,
 * and gives up on a client that takes nothing at all.
 */
final class ClientFlow {
    private final ReadStream<Buffer> source;
    private final ClientExchange client;
    private final BufferBudget budget;
    private final RelaySettings settings;
    private final AttemptClock clock;
    private final Loop loop;

    private boolean paused;
    private boolean stopped;
    private long charged;
    private Loop.@Nullable Timer stall;

    ClientFlow(
            ReadStream<Buffer> source,
            ClientExchange client,
            BufferBudget budget,
            RelaySettings settings,
            AttemptClock clock,
            Loop loop) {
        this.source = source;
        this.client = client;
        this.budget = budget;
        this.settings = settings;
        this.clock = clock;
        this.loop = loop;
        client.onWritten(this::progressed);
        client.closed().onComplete(closed -> stop());
    }

    ClientExchange client() {
        return client;
    }

    void write(Buffer piece) {
        client.write(piece);
        charge();
        if (!paused && client.unwrittenBytes() >= pauseAt()) {
            paused = true;
            source.pause();
            clock.suspend();
            armStall();
        }
    }

    private void progressed() {
        charge();
        if (!paused) {
            return;
        }
        if (client.unwrittenBytes() <= pauseAt() / 2) {
            paused = false;
            disarmStall();
            clock.resume();
            source.resume();
        } else {
            armStall();
        }
    }

    /** With the process's budget spent, a stream holds no more than the piece it is writing. */
    private long pauseAt() {
        return budget.exhausted() ? 1 : settings.pauseAtBytes();
    }

    private void armStall() {
        disarmStall();
        if (stopped) {
            return;
        }
        stall = loop.schedule(settings.writeStall(), client::reset);
    }

    private void disarmStall() {
        if (stall != null) {
            stall.cancel();
            stall = null;
        }
    }

    private void charge() {
        if (stopped) {
            return; // writes end after the client has left, too, and nobody would give back what they charge then
        }
        long unwritten = client.unwrittenBytes();
        budget.adjust(unwritten - charged);
        charged = unwritten;
    }

    private void stop() {
        stopped = true;
        disarmStall();
        budget.adjust(-charged);
        charged = 0;
    }
}
