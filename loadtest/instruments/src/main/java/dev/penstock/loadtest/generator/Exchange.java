package dev.penstock.loadtest.generator;

import org.jspecify.annotations.Nullable;

/** A request under way, from the moment it was due. */
final class Exchange {
    private final Question question;
    private final long dueNanos;
    private final boolean counts;
    private final AnswerCheck check;
    private long bodyBytes;
    private Remembered remembered = Remembered.UNTOLD;
    private @Nullable Connection connection;
    private boolean over;

    Exchange(Question question, long dueNanos, boolean counts) {
        this.question = question;
        this.dueNanos = dueNanos;
        this.counts = counts;
        this.check = question.check();
    }

    Question question() {
        return question;
    }

    /** By {@link System#nanoTime}. */
    long dueNanos() {
        return dueNanos;
    }

    /** Whether it is part of the result; the warm-up is not. */
    boolean counts() {
        return counts;
    }

    void sentOn(Connection taker) {
        connection = taker;
    }

    boolean sent() {
        return connection != null;
    }

    /** Gives up on the answer, and on the connection that it would come on. */
    void abandon() {
        if (connection != null && !over) {
            connection.abandon();
        }
    }

    AnswerCheck check() {
        return check;
    }

    void head(int status, String contentType, Remembered told) throws WrongAnswerException {
        remembered = told;
        if (status != 200) {
            throw new WrongAnswerException(ofStatus(status));
        }
        String wanted = question.kind() == Kind.STREAM ? "text/event-stream" : "application/json";
        if (!contentType.startsWith(wanted)) {
            throw new WrongAnswerException(Failure.HTTP_FRAMING);
        }
    }

    void body(byte[] bytes, int start, int end, long now) throws WrongAnswerException {
        bodyBytes += end - start;
        check.take(bytes, start, end, now);
    }

    long bodyBytes() {
        return bodyBytes;
    }

    Tally.Timing timing(long now) {
        return new Tally.Timing(now - dueNanos, check.firstContentAt() - dueNanos, remembered);
    }

    /** Ends it; whether it was not over yet. */
    boolean end() {
        boolean first = !over;
        over = true;
        connection = null;
        return first;
    }

    boolean over() {
        return over;
    }

    private static Failure ofStatus(int status) {
        return switch (status) {
            case 429 -> Failure.STATUS_429;
            case 503 -> Failure.STATUS_503;
            default ->
                switch (status / 100) {
                    case 4 -> Failure.STATUS_4XX;
                    case 5 -> Failure.STATUS_5XX;
                    default -> Failure.STATUS_OTHER;
                };
        };
    }
}
