package dev.penstock.worker.http;

import dev.penstock.engine.language.Usage;

/** An answer in the making, which ends its exchange by itself. */
sealed interface Reply permits StreamedReply, WholeReply {
    /**
     * Starts the generation. May take a while where prompts are long, and is called from any thread.
     *
     * @throws dev.penstock.engine.EngineException where it is refused; nothing was written
     */
    void start();

    /** Stops the generation before its next token. Callable from any thread, and again. */
    void cancel();

    /** What it took so far. Callable from any thread. */
    Usage used();
}
