/** Where the bytes of requests end up: a gateway over fake edges and fake clouds that keep all they are sent. */
@NullMarked
package dev.penstock.gateway.egress;

import org.jspecify.annotations.NullMarked;
