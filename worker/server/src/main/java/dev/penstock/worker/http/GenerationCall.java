package dev.penstock.worker.http;

import dev.penstock.engine.language.GenerationRequest;
import java.util.List;

/**
 * A request for text, decoded.
 *
 * @param requests one for each prompt; choice {@code i} is sequence {@code i % sequences} of prompt {@code i / sequences}
 * @param sequences completions of each prompt
 * @param logprobs whether choices carry log probabilities
 * @param stream whether the answer is an event stream
 * @param includeUsage whether the stream ends with a chunk that holds the usage
 */
record GenerationCall(
        List<GenerationRequest> requests, int sequences, boolean logprobs, boolean stream, boolean includeUsage) {
    GenerationCall {
        requests = List.copyOf(requests);
    }

    /** How many choices the answer has. */
    int choices() {
        return requests.size() * sequences;
    }
}
