package dev.penstock.protocol.announcement;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Port: what carries sealed records from a worker to the gateways. No call blocks; each fails when there is no gateway to
 * be reached at the moment, and the next one is tried afresh.
 */
public interface AnnouncementChannel {
    /** The record last stored under that name, by whatever process: so that a new run can be numbered above it. */
    CompletionStage<Optional<byte[]>> last(String workerId);

    /** Stores a record in the place of the one before. */
    CompletionStage<Void> put(String workerId, byte[] record);

    /** Takes the worker's record away. */
    CompletionStage<Void> remove(String workerId);
}
