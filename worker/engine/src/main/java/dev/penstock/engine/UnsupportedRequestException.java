package dev.penstock.engine;

/** A request for something that this model does not do. */
public final class UnsupportedRequestException extends EngineException {
    private final Capability capability;
    private final String parameter;

    /**
     * A missing capability.
     *
     * @param capability what is missing
     * @param parameter the parameter that asks for it, as the OpenAI API spells it
     */
    public UnsupportedRequestException(Capability capability, String parameter) {
        super(parameter + ": this model does not support it (missing capability: " + capability + ")");
        this.capability = capability;
        this.parameter = parameter;
    }

    /** What is missing. */
    public Capability capability() {
        return capability;
    }

    /** As the OpenAI API spells it. */
    public String parameter() {
        return parameter;
    }
}
