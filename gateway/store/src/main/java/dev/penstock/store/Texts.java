package dev.penstock.store;

/** Texts as the tables hold them. */
final class Texts {
    static final int SHORT = 64;
    static final int LONG = 128;
    static final int MODEL = 256;

    private Texts() {}

    /** Of a tenant, a project or a key. */
    static String id(String text) {
        return cut(text, SHORT);
    }

    static String model(String text) {
        return cut(text, MODEL);
    }

    /** No character that databases refuse, and none cut in half. */
    static String cut(String text, int most) {
        String clean = text.indexOf('\0') < 0 ? text : text.replace('\0', '?');
        if (clean.length() <= most) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(most - 1)) ? most - 1 : most;
        return clean.substring(0, end);
    }
}
