package dev.penstock.engine;

/** A request with a value out of its range. */
public final class InvalidRequestException extends EngineException {
    private final String parameter;

    /**
     * A value out of range.
     *
     * @param parameter the parameter as the OpenAI API spells it
     * @param problem the value and what was expected
     */
    public InvalidRequestException(String parameter, String problem) {
        super(parameter + ": " + problem);
        this.parameter = parameter;
    }

    /** As the OpenAI API spells it. */
    public String parameter() {
        return parameter;
    }
}
