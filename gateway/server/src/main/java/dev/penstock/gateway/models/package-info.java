/** Virtual models at work: the name a request asks for, and how difficult the request is. */
@NullMarked
package dev.penstock.gateway.models;

import org.jspecify.annotations.NullMarked;
