package dev.penstock.cache.judge;

import dev.penstock.cache.wording.Wording;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What rules out that one answer serves two questions, however alike they are. In the order in which they are looked for. */
public enum Veto {
    /** Two languages: the answer would be in the wrong one. */
    LANGUAGE,
    /** Other numbers, dates or versions. */
    NUMBERS,
    /** Other identifiers, paths or quoted texts. */
    CODE,
    /** One of several that exclude each other in one, and another of them in the other: before and after, Monday and Friday. */
    CONTRAST,
    /** A name in each that is not in the other. */
    NAMES;

    private boolean holds(Wording a, Wording b) {
        return switch (this) {
            case LANGUAGE ->
                !a.language().isEmpty()
                        && !b.language().isEmpty()
                        && !a.language().equals(b.language());
            case NUMBERS -> !a.numbers().equals(b.numbers());
            case CODE -> !a.code().equals(b.code());
            case CONTRAST -> contrasted(a, b);
            case NAMES -> named(a, b) && named(b, a);
        };
    }

    /** The first that holds. The order of the two does not matter. */
    public static Optional<Veto> between(Wording one, Wording other) {
        for (Veto veto : values()) {
            if (veto.holds(one, other)) {
                return Optional.of(veto);
            }
        }
        return Optional.empty();
    }

    /** As metrics and headers have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static boolean contrasted(Wording a, Wording b) {
        return a.contrasts().entrySet().stream().anyMatch(group -> {
            Set<String> theirs = b.contrasts().getOrDefault(group.getKey(), Set.of());
            return !theirs.isEmpty() && !group.getValue().containsAll(theirs) && !theirs.containsAll(group.getValue());
        });
    }

    /** Whether it has a name that the other has not, written in whatever case. */
    private static boolean named(Wording one, Wording other) {
        return one.names().stream().anyMatch(name -> !other.words().contains(name));
    }
}
