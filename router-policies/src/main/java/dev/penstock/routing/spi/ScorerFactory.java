package dev.penstock.routing.spi;

/** Makes a scorer. Registered as a service, with a public constructor without parameters. */
public interface ScorerFactory {
    /** The name by which the configuration asks for it, in lower case with dashes; unique among scorers. */
    String name();

    /**
     * Makes one.
     *
     * @throws IllegalArgumentException for options that it does not have, or whose values it cannot take
     */
    Scorer create(Options options);
}
