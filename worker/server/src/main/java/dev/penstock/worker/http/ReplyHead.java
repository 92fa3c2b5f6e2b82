package dev.penstock.worker.http;

/**
 * What every object of one answer repeats.
 *
 * @param id the answer's own, the same in each chunk
 * @param createdSeconds since the epoch
 * @param model the name that was asked for
 * @param fingerprint identifies the exact weights
 * @param logprobs whether choices carry log probabilities
 * @param includeUsage whether the stream ends with a chunk that holds the usage
 */
record ReplyHead(
        String id, long createdSeconds, String model, String fingerprint, boolean logprobs, boolean includeUsage) {

    /** {@code "id":...,"object":...,"created":...,"model":...,"system_fingerprint":...}, without braces. */
    Json write(Json out, String object) {
        return out.raw("\"id\":")
                .string(id)
                .raw(",\"object\":")
                .string(object)
                .raw(",\"created\":")
                .number(createdSeconds)
                .raw(",\"model\":")
                .string(model)
                .raw(",\"system_fingerprint\":")
                .string(fingerprint);
    }
}
