package dev.penstock.deploy;

import java.util.stream.Stream;

/** Ends the command with one message for its user and an exit code, without a stack trace. */
final class CommandFailedException extends RuntimeException {
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private final String text;
    private final int exitCode;

    private CommandFailedException(String message, int exitCode) {
        super(message);
        this.text = message;
        this.exitCode = exitCode;
    }

    /** What the user can set right before trying again: bad usage, a bad configuration, a port that is taken. */
    static CommandFailedException usage(String message) {
        return new CommandFailedException(message, USAGE);
    }

    /** What went wrong while running. */
    static CommandFailedException failure(String message) {
        return new CommandFailedException(message, FAILURE);
    }

    /** The message, a line each. */
    Stream<String> lines() {
        return text.lines();
    }

    int exitCode() {
        return exitCode;
    }
}
