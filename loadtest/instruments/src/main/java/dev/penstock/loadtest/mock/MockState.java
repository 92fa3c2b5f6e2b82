package dev.penstock.loadtest.mock;

/** What the event loops of a mock share. */
final class MockState {
    private final MockTally tally = new MockTally();
    private volatile Current current;

    /** Settings, and the sequence that goes with their faults. */
    record Current(MockSettings settings, FaultSequence faults) {}

    MockState(MockSettings settings) {
        this.current = new Current(settings, new FaultSequence(settings.faults()));
    }

    MockTally tally() {
        return tally;
    }

    Current current() {
        return current;
    }

    MockSettings settings() {
        return current.settings();
    }

    /** The sequence of faults goes on where the mix is the same, and begins where it is another. */
    synchronized void settings(MockSettings settings) {
        FaultSequence faults = current.faults();
        current = new Current(
                settings, faults.mix().equals(settings.faults()) ? faults : new FaultSequence(settings.faults()));
    }

    /** One more request is here; false, and it is not, where there are as many as there may be. */
    boolean enter() {
        if (tally.inFlight.incrementAndGet() <= settings().maxConcurrent()) {
            return true;
        }
        tally.inFlight.decrementAndGet();
        return false;
    }
}
