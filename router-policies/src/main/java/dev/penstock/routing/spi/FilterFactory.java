package dev.penstock.routing.spi;

/** Makes a filter. Registered as a service, with a public constructor without parameters. */
public interface FilterFactory {
    /** The name by which the configuration asks for it, in lower case with dashes; unique among filters. */
    String name();

    /**
     * Makes one.
     *
     * @throws IllegalArgumentException for options that it does not have, or whose values it cannot take
     */
    Filter create(Options options);
}
