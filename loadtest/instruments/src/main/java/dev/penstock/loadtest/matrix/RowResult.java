package dev.penstock.loadtest.matrix;

import java.util.Optional;

/**
 * A row that was tried.
 *
 * @param name of the row
 * @param fault what went wrong
 * @param expected what must hold
 * @param measured what was measured, empty where it was not
 * @param obstacle why it could not be measured; then it has not held
 * @param seed it was tried with
 * @param seconds it took
 */
public record RowResult(
        String name,
        String fault,
        String expected,
        Measured measured,
        Optional<String> obstacle,
        long seed,
        double seconds) {
    /** Whether all that must hold did. */
    public boolean held() {
        return obstacle.isEmpty() && measured.held();
    }

    /** What was measured, or why it was not. */
    public String measuredText() {
        return obstacle.map(why -> "not measured: " + why).orElseGet(measured::text);
    }
}
