package dev.penstock.gateway.admission;

import dev.penstock.routing.ModelId;

/** Port: is told how far reservations were from what was used. */
@FunctionalInterface
public interface ReservationWatch {
    /** Nobody is told. */
    ReservationWatch NONE = (model, reserved, used) -> {};

    /** A request has ended of which that many tokens were taken beforehand. Must not block or throw. */
    void settled(ModelId model, long reserved, long used);
}
