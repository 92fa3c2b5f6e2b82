/**
 * Virtual models: names that clients may ask for and that come down to one or more models of the pool. Pure: who is asked
 * follows from the configuration, the key, the request and its difficulty alone.
 */
@NullMarked
package dev.penstock.routing.model;

import org.jspecify.annotations.NullMarked;
