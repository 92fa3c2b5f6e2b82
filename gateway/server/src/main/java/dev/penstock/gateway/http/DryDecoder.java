package dev.penstock.gateway.http;

import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Operation;
import java.util.Map;

/** Decodes requests that are to be explained and not to be served, as strictly as those that are. */
public final class DryDecoder {
    private DryDecoder() {}

    /**
     * The request of a body and of the headers it would come with.
     *
     * @throws JsonRejectedException for what the API would refuse
     */
    public static InferenceRequest decode(
            Operation operation,
            byte[] body,
            Iterable<Map.Entry<String, String>> headers,
            JsonLimits limits,
            long nowNanos)
            throws JsonRejectedException {
        Constraints constraints = ConstraintHeaders.read(headers);
        return new RequestDecoder(limits)
                .decode("explain", "", operation, body, nowNanos)
                .within(constraints);
    }
}
