package dev.penstock.gateway.budget;

import java.util.function.Consumer;

/** How alerts reach somebody. */
@FunctionalInterface
interface AlertChannel {
    /** Tells, without waiting; says when it is done whether that went well. */
    void tell(Alert alert, Consumer<Boolean> done);
}
