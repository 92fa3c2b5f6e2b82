/**
 * The pool as one gateway sees it. Workers' sealed records come from a Hazelcast map (or from the same process), configured
 * upstreams from the configuration; both become an immutable directory and a live load view. Who may be sent requests is
 * judged here, by this gateway's own probes and traffic: the cluster only tells who there is, and may be lost.
 */
@NullMarked
package dev.penstock.gateway.cluster;

import org.jspecify.annotations.NullMarked;
