package dev.penstock.routing.spi;

import dev.penstock.routing.RoutingPolicy;

/** Makes a whole policy of a name. Registered as a service, with a public constructor without parameters. */
public interface PolicyFactory {
    /** The name by which the configuration asks for it, in lower case with dashes; unique among policies. */
    String name();

    /**
     * Makes one. Every policy applies the hard filters of {@code filters} before anything else.
     *
     * @param filters in their order
     * @throws IllegalArgumentException for options that it does not have, or whose values it cannot take
     */
    RoutingPolicy create(java.util.List<Filter> filters, Options options);
}
