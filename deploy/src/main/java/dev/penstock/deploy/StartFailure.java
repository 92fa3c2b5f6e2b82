package dev.penstock.deploy;

import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;

/** Why something did not start, in one line. */
final class StartFailure {
    private StartFailure() {}

    static String reason(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // Native transports report a taken port as an I/O error of their own.
            if (String.valueOf(cause.getMessage()).contains("in use")) {
                return "the port is taken (expected: a free one, or 0 for any)";
            }
            root = cause;
        }
        if (root.getMessage() == null) {
            return root instanceof ConnectException || root instanceof ClosedChannelException
                    ? "connection refused"
                    : root.getClass().getSimpleName();
        }
        var message = String.valueOf(root.getMessage());
        return message.lines().findFirst().orElse(root.getClass().getSimpleName());
    }
}
