package dev.penstock.engine;

/** What a model may be asked to do. A capability that a model does not list is one its requests must not use. */
public enum Capability {
    /** Continues a text. */
    COMPLETION,
    /** Answers a list of messages: the model carries a chat template. */
    CHAT,
    /** Turns texts into vectors. */
    EMBEDDING,
    /** Returns vectors shortened to a requested number of dimensions. */
    EMBEDDING_DIMENSIONS,
    /** Sends text while it is being generated. */
    STREAMING,
    /** Gives the same text for the same seed. */
    SEED,
    /** Reports the log probabilities of tokens and of their alternatives. */
    LOGPROBS,
    /** Adds a bias to the logits of named tokens. */
    LOGIT_BIAS,
    /** Returns the prompt, and its log probabilities, ahead of the completion. */
    ECHO,
    /** Calls tools. */
    TOOLS,
    /** Keeps the answer to JSON or to a JSON schema. */
    STRUCTURED_OUTPUT,
    /** Fills in the text between a prefix and a suffix. */
    INFILL,
    /** Thinks before it answers, with an effort that can be set. */
    REASONING,
    /** Reads images. */
    IMAGE_INPUT,
    /** Reads audio. */
    AUDIO_INPUT,
    /** Speaks. */
    AUDIO_OUTPUT
}
