package dev.penstock.routing.spi;

/** Makes a picker. Registered as a service, with a public constructor without parameters. */
public interface PickerFactory {
    /** The name by which the configuration asks for it, in lower case with dashes; unique among pickers. */
    String name();

    /**
     * Makes one.
     *
     * @throws IllegalArgumentException for options that it does not have, or whose values it cannot take
     */
    Picker create(Options options);
}
