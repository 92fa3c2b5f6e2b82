package dev.penstock.loadtest.generator;

/** An answer does not count. Without a trace of the stack: there may be many. */
final class WrongAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    WrongAnswerException(Failure failure) {
        super(failure.label(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
