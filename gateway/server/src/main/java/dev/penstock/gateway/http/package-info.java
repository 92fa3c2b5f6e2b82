/** OpenAI's routes on Vert.x: dispatch, decoding, and the client's side of an answer. Knows the pipeline, nothing else. */
@NullMarked
package dev.penstock.gateway.http;

import org.jspecify.annotations.NullMarked;
