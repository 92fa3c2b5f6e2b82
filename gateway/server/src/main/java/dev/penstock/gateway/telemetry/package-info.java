/** What is told of finished requests and of the pool: meters and the request log. Never prompts, answers or keys. */
@NullMarked
package dev.penstock.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
