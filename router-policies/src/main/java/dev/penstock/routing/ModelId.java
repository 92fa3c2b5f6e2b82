package dev.penstock.routing;

/**
 * The name clients ask for in {@code model}. Slashes are ordinary characters ({@code meta-llama/Llama-3.1-8B}).
 *
 * @param value 1 to 256 characters without control characters or surrounding blanks
 */
public record ModelId(String value) implements Comparable<ModelId> {
    /** The longest accepted name, in characters. */
    public static final int MAX_LENGTH = 256;

    public ModelId {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !value.equals(value.strip()) || hasControl(value)) {
            throw new IllegalArgumentException("model: (expected: 1 to " + MAX_LENGTH
                    + " characters, no control characters, no surrounding blanks)");
        }
    }

    private static boolean hasControl(String value) {
        for (int i = 0; i < value.length(); i++) { // no stream: every request has a model
            if (Character.isISOControl(value.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int compareTo(ModelId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
