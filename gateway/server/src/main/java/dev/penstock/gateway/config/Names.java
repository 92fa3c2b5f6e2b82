package dev.penstock.gateway.config;

import dev.penstock.routing.ModelId;
import dev.penstock.runtime.config.Secret;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for names that several sections share. */
final class Names {
    /** The longest label, in characters. */
    static final int MAX_LABEL = 128;

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private Names() {}

    static void requireLabel(String key, String value) {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException(key + ": \"" + value
                    + "\" (expected: 1 to 128 letters, digits, dots, dashes or underscores, a letter or digit first)");
        }
    }

    static void requireModel(String key, String value) {
        try {
            var unused = new ModelId(value);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(key + ": " + refused.getMessage(), refused);
        }
    }

    static void requireDistinct(String key, String noun, Collection<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        key + ": two have the " + noun + " \"" + name + "\" (expected: each its own)");
            }
        }
    }

    /** What else is in a header's value, a line break above all, would be read as something else. */
    static void requireHeaderValue(String key, Secret secret) {
        if (secret.reveal().chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
            throw new IllegalArgumentException(
                    key + ": " + secret.reference() + " is not fit for a header (expected: visible ASCII characters)");
        }
    }
}
