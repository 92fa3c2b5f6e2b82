/** The worker's face: OpenAI-compatible routes over models that run in this process. Decoding, encoding, relaying. */
@NullMarked
package dev.penstock.worker.http;

import org.jspecify.annotations.NullMarked;
