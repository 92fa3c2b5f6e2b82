package dev.penstock.store;

/** What the store could not do. */
public sealed class StoreException extends RuntimeException
        permits StoreException.Unavailable, StoreException.Conflict, StoreException.Missing {
    private static final long serialVersionUID = 1;

    private StoreException(String message) {
        super(message);
    }

    private StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The database cannot be reached, or broke off: nothing was done, and it may be tried again. */
    public static final class Unavailable extends StoreException {
        private static final long serialVersionUID = 1;

        /** Names the store and what it said. */
        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Something of that name is there already, or stands in the way. */
    public static final class Conflict extends StoreException {
        private static final long serialVersionUID = 1;

        /** Names what is there. */
        public Conflict(String message) {
            super(message);
        }
    }

    /** There is nothing of that name. */
    public static final class Missing extends StoreException {
        private static final long serialVersionUID = 1;

        /** Names what there is not. */
        public Missing(String message) {
            super(message);
        }
    }
}
