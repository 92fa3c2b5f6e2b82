package dev.penstock.routing.limit;

/**
 * Whether a worker can be talked to, by this gateway's own evidence. A broken connection condemns at once, a probe that
 * times out only when the next one does too (a pause of the collector is not a death), and where heartbeats or answers
 * still come, only after many: slow is not dead. Nothing but a probe that succeeds acquits.
 *
 * @param state what is known
 * @param missedProbes probes that timed out since one last succeeded
 */
public record Reachability(State state, int missedProbes) {
    /** Probes in a row that time out before a worker is a suspect of which nothing else is heard. */
    public static final int MAX_MISSED_PROBES = 2;

    /** The same for one of which something else is heard. */
    public static final int MAX_MISSED_PROBES_WHILE_HEARD = 10;

    /** Nothing was heard of it yet. */
    public static final Reachability UNPROVEN = new Reachability(State.UNPROVEN, 0);

    /** It can be talked to. */
    public static final Reachability REACHABLE = new Reachability(State.REACHABLE, 0);

    private static final Reachability SUSPECT = new Reachability(State.SUSPECT, 0);
    private static final Reachability SILENT = new Reachability(State.SILENT, 0);

    /** What is known of a worker. */
    public enum State {
        UNPROVEN,
        REACHABLE,
        /** Nothing is heard of it any more, which it or we may be to blame for. Sent nothing until a probe succeeds. */
        SILENT,
        /** It was found not to be there. Sent nothing until a probe succeeds. */
        SUSPECT
    }

    /**
     * After a probe.
     *
     * @param heard whether a heartbeat, an answer or an earlier probe of it came within its lease
     */
    public Reachability onProbe(ProbeResult result, boolean heard) {
        return switch (result) {
            case ALIVE -> REACHABLE;
            case UNREADY, BROKEN -> condemned();
            case TIMED_OUT -> {
                int missed = Math.min(missedProbes + 1, MAX_MISSED_PROBES_WHILE_HEARD);
                int enough = heard ? MAX_MISSED_PROBES_WHILE_HEARD : MAX_MISSED_PROBES;
                yield state == State.REACHABLE && missed < enough ? new Reachability(state, missed) : silenced();
            }
        };
    }

    /** After a connection of ours to it was refused or reset. */
    public Reachability onBrokenConnection() {
        return condemned();
    }

    /** After neither a heartbeat nor a probe has come for longer than its lease. */
    public Reachability onSilence() {
        return silenced();
    }

    /** Whether it may be sent requests, as far as this goes. */
    public boolean reachable() {
        return state == State.REACHABLE;
    }

    /** What was known for certain stays. */
    private Reachability silenced() {
        return state == State.REACHABLE || state == State.SILENT ? SILENT : this;
    }

    private Reachability condemned() {
        return state == State.UNPROVEN ? this : SUSPECT;
    }
}
