package dev.penstock.protocol.announcement;

/**
 * What a worker is doing as it sends.
 *
 * @param running requests it is working on, from all gateways, at least 0
 * @param queued requests it holds but has not begun, at least 0
 * @param promptTokensPerSecond prompt tokens it read per second of late, finite, at least 0
 * @param completionTokensPerSecond tokens it generated per second of late, finite, at least 0
 */
public record AnnouncedLoad(int running, int queued, double promptTokensPerSecond, double completionTokensPerSecond) {
    /** Nothing to do. */
    public static final AnnouncedLoad IDLE = new AnnouncedLoad(0, 0, 0, 0);

    public AnnouncedLoad {
        Limits.range("load.running", running, 0, Integer.MAX_VALUE);
        Limits.range("load.queued", queued, 0, Integer.MAX_VALUE);
        Limits.amount("load.prompt-tokens-per-second", promptTokensPerSecond);
        Limits.amount("load.completion-tokens-per-second", completionTokensPerSecond);
    }
}
