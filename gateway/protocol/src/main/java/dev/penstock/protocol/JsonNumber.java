package dev.penstock.protocol;

/** Numbers as JSON writes them: no plus sign, no leading zeros, digits on both sides of the point. */
final class JsonNumber {
    private JsonNumber() {}

    /**
     * The end of the number that begins there; negative where it has a fraction or an exponent, 0 where it is none.
     *
     * @param end of the range that the number is to end in
     */
    static int end(byte[] bytes, int start, int end) {
        int first = bytes[start] == '-' ? start + 1 : start;
        int at = digitsEnd(bytes, first, end);
        if (at == first || (at > first + 1 && bytes[first] == '0')) {
            return 0;
        }
        int integerEnd = at;
        if (at < end && bytes[at] == '.') {
            int fraction = at + 1;
            at = digitsEnd(bytes, fraction, end);
            if (at == fraction) {
                return 0;
            }
        }
        if (at < end && (bytes[at] | 0x20) == 'e') {
            int exponent = at + 1;
            if (exponent < end && (bytes[exponent] == '+' || bytes[exponent] == '-')) {
                exponent++;
            }
            at = digitsEnd(bytes, exponent, end);
            if (at == exponent) {
                return 0;
            }
        }
        return at == integerEnd ? at : -at;
    }

    private static int digitsEnd(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }

    /** The value of an integer of at most 18 characters. */
    static long integer(byte[] bytes, int start, int end) {
        boolean negative = bytes[start] == '-';
        long value = 0;
        for (int i = negative ? start + 1 : start; i < end; i++) {
            value = 10 * value + bytes[i] - '0';
        }
        return negative ? -value : value;
    }
}
