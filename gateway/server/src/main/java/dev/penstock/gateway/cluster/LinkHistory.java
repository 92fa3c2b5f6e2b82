package dev.penstock.gateway.cluster;

/**
 * Which of the last questions to a worker were answered at all. Immutable.
 *
 * @param unanswered a bit for each of the last {@link #WINDOW}, the latest lowest, set where nothing came back
 * @param asked how many there were, at most {@link #WINDOW}
 */
record LinkHistory(long unanswered, int asked) {
    /** Questions that count: a minute of them where one is asked each second. */
    static final int WINDOW = Long.SIZE;

    /** Nobody was asked yet. */
    static final LinkHistory NONE = new LinkHistory(0, 0);

    LinkHistory after(boolean answered) {
        return new LinkHistory(unanswered << 1 | (answered ? 0 : 1), Math.min(WINDOW, asked + 1));
    }

    /** The part that was not answered, 0 to 1; 0 where nobody was asked. */
    double loss() {
        return asked == 0 ? 0 : (double) Long.bitCount(unanswered) / asked;
    }
}
