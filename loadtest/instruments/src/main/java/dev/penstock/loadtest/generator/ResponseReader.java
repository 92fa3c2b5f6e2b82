package dev.penstock.loadtest.generator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads HTTP/1.1 answers off a connection, to the letter: RFC 9112 with CRLF ends of lines, one framing, no obsolete line
 * folding, no bytes after the end. What it is fed ends up in {@link Target} in pieces as they came.
 */
final class ResponseReader {
    private static final int MAX_LINE_BYTES = 16 << 10;
    private static final int MAX_HEAD_LINES = 200;

    /** Is told what was read. */
    interface Target {
        /** The head is whole. */
        void head(int status, String contentType, Remembered remembered) throws WrongAnswerException;

        /** A piece of the body. */
        void body(byte[] bytes, int start, int end) throws WrongAnswerException;

        /** The answer is whole. */
        void end(boolean keepAlive) throws WrongAnswerException;
    }

    private enum Place {
        STATUS,
        HEADER,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER,
        UNTIL_CLOSE,
        IDLE
    }

    private final Target target;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    private Place place = Place.IDLE;
    private int lines;
    private int status;
    private String contentType = "";
    private Remembered remembered = Remembered.UNTOLD;
    private long length;
    private boolean chunked;
    private boolean keepAlive;
    private long left;

    ResponseReader(Target target) {
        this.target = target;
    }

    /** A request has been sent: an answer may come. */
    void expect() {
        place = Place.STATUS;
    }

    /** Whether something of the answer has come. */
    boolean begun() {
        return place != Place.STATUS || line.size() > 0;
    }

    /** Takes what came. */
    void take(byte[] bytes) throws WrongAnswerException {
        int at = 0;
        while (at < bytes.length) {
            at = switch (place) {
                case BODY, CHUNK -> takeSized(bytes, at);
                case UNTIL_CLOSE -> {
                    target.body(bytes, at, bytes.length);
                    yield bytes.length;
                }
                case IDLE -> throw broken(); // nobody asked
                case STATUS, HEADER, CHUNK_SIZE, CHUNK_END, TRAILER -> takeLine(bytes, at);
            };
        }
    }

    /** The connection has ended. Returns whether that ended the answer in order. */
    boolean closed() throws WrongAnswerException {
        if (place != Place.UNTIL_CLOSE) {
            return false;
        }
        place = Place.IDLE;
        target.end(false);
        return true;
    }

    private int takeSized(byte[] bytes, int at) throws WrongAnswerException {
        int end = (int) Math.min(bytes.length, at + left);
        left -= end - at;
        target.body(bytes, at, end);
        if (left == 0) {
            if (place == Place.BODY) {
                finish();
            } else {
                place = Place.CHUNK_END;
            }
        }
        return end;
    }

    private int takeLine(byte[] bytes, int from) throws WrongAnswerException {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        line.write(bytes, from, at - from);
        if (line.size() > MAX_LINE_BYTES) {
            throw broken();
        }
        if (at == bytes.length) {
            return at;
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        line.reset();
        if (!text.endsWith("\r")) {
            throw broken();
        }
        line(text.substring(0, text.length() - 1));
        return at + 1;
    }

    private void line(String text) throws WrongAnswerException {
        switch (place) {
            case STATUS -> statusLine(text);
            case HEADER -> {
                if (text.isEmpty()) {
                    headEnd();
                } else {
                    header(text);
                }
            }
            case CHUNK_SIZE -> chunkSize(text);
            case CHUNK_END -> {
                if (!text.isEmpty()) {
                    throw broken();
                }
                place = Place.CHUNK_SIZE;
            }
            case TRAILER -> {
                if (text.isEmpty()) {
                    finish();
                } else if (++lines > MAX_HEAD_LINES) {
                    throw broken();
                }
            }
            case BODY, CHUNK, UNTIL_CLOSE, IDLE -> throw new IllegalStateException("no line is read in " + place);
        }
    }

    private void statusLine(String text) throws WrongAnswerException {
        boolean known = text.length() >= 12 && (text.startsWith("HTTP/1.1 ") || text.startsWith("HTTP/1.0 "));
        status = known ? number(text.substring(9, 12), 10) : -1;
        if (status < 100 || (text.length() > 12 && text.charAt(12) != ' ')) {
            throw broken();
        }
        keepAlive = text.charAt(7) == '1';
        contentType = "";
        remembered = Remembered.UNTOLD;
        length = -1;
        chunked = false;
        lines = 0;
        place = Place.HEADER;
    }

    private void header(String text) throws WrongAnswerException {
        int colon = text.indexOf(':');
        if (colon < 1 || text.charAt(colon - 1) == ' ' || text.charAt(0) <= ' ' || ++lines > MAX_HEAD_LINES) {
            throw broken();
        }
        String value = text.substring(colon + 1).strip();
        // By length first: most headers of an answer are none of these.
        switch (colon) {
            case 10 -> {
                if (text.regionMatches(true, 0, "connection", 0, 10)) {
                    keepAlive = value.equalsIgnoreCase("keep-alive") || (keepAlive && !value.equalsIgnoreCase("close"));
                }
            }
            case 12 -> {
                if (text.regionMatches(true, 0, "content-type", 0, 12)) {
                    contentType = value.toLowerCase(Locale.ROOT);
                }
            }
            case 14 -> {
                if (text.regionMatches(true, 0, "content-length", 0, 14)) {
                    contentLength(value);
                }
            }
            case 16 -> {
                if (text.regionMatches(true, 0, "x-penstock-cache", 0, 16)) {
                    remembered = Remembered.of(value);
                }
            }
            case 17 -> {
                if (text.regionMatches(true, 0, "transfer-encoding", 0, 17)) {
                    if (!value.equalsIgnoreCase("chunked") || chunked) {
                        throw broken();
                    }
                    chunked = true;
                }
            }
            default -> {}
        }
    }

    private void contentLength(String value) throws WrongAnswerException {
        int said = number(value, 10);
        if (said < 0 || (length >= 0 && length != said)) {
            throw broken();
        }
        length = said;
    }

    private void headEnd() throws WrongAnswerException {
        if (status < 200) {
            place = Place.STATUS; // informational: the answer is still to come
            return;
        }
        if (chunked && length >= 0) {
            throw broken();
        }
        target.head(status, contentType, remembered);
        if (chunked) {
            place = Place.CHUNK_SIZE;
        } else if (length > 0) {
            left = length;
            place = Place.BODY;
        } else if (length == 0 || status == 204) {
            finish();
        } else {
            place = Place.UNTIL_CLOSE;
        }
    }

    private void chunkSize(String text) throws WrongAnswerException {
        int extension = text.indexOf(';');
        int size = number(extension < 0 ? text : text.substring(0, extension).strip(), 16);
        if (size < 0) {
            throw broken();
        }
        left = size;
        lines = 0;
        place = size == 0 ? Place.TRAILER : Place.CHUNK;
    }

    private void finish() throws WrongAnswerException {
        place = Place.IDLE;
        target.end(keepAlive);
    }

    /** Digits only; -1 for what is no number or has too many of them. */
    private static int number(String text, int radix) {
        if (text.isEmpty() || text.length() > 7) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }

    private static WrongAnswerException broken() {
        return new WrongAnswerException(Failure.HTTP_FRAMING);
    }
}
