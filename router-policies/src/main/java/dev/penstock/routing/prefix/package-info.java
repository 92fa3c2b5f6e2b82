/** Which beginnings of prompts were sent to whom, so that a request goes where its beginning is in the cache. */
@NullMarked
package dev.penstock.routing.prefix;

import org.jspecify.annotations.NullMarked;
