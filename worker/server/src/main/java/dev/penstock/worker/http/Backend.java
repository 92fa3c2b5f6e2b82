package dev.penstock.worker.http;

import dev.penstock.protocol.ApiError;
import java.util.List;

/** What answers inference requests behind the routes: models of this process, or another server. */
public interface Backend {
    /** Whether requests can be answered now; until then they get a 503. */
    boolean ready();

    /** The 503 that requests get until {@link #ready}; its code is also the status that health tells. */
    ApiError unready();

    /** The models and what they are doing. */
    List<ModelStatus> models();

    /**
     * Answers a request through its exchange, later and on the exchange's context, or throws
     * {@link RequestRejectedException}.
     *
     * @param body the whole body
     */
    void serve(Endpoint endpoint, Exchange exchange, byte[] body);

    /** Breaks off what is still running: the drain's limit has passed. Streams end in an error frame. */
    void abort();
}
