package dev.penstock.cache.judge;

import dev.penstock.cache.wording.Wording;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    NAMES,
    /** The same names, numbers or words that exclude each other, exchanged: from Rome to Paris, from Paris to Rome. */
    ORDER,
    /** The same said and denied. */
    NEGATION,
    /** When, where or who, of what is otherwise the same. */
    ASKED,
    /** One says what the other does, and much more, or names something. */
    ADDITION;

    /** By so much the words of two may differ that say the same: one common word, or an empty one that is not known as such. */
    private static final double SAME = 0.6;

    private static final double NOTHING = 0.3;
    /** Three words or four. */
    private static final double MUCH = 2.5;

    /** As in "Paris or Rome", of which the order tells nothing. */
    private static final Set<String> EITHER = Set.of("and", "or", "vs", "versus");

    private static final String ASKED_FOR = "asked";

    private static final List<String> OPPOSITE = List.of("un", "in", "im", "il", "ir", "dis", "non", "de");

    private boolean holds(Wording a, Wording b) {
        return switch (this) {
            case LANGUAGE ->
                !a.language().isEmpty()
                        && !b.language().isEmpty()
                        && !a.language().equals(b.language());
            case NUMBERS -> !a.numbers().equals(b.numbers());
            case CODE -> coded(a, b) || coded(b, a);
            case CONTRAST -> contrasted(a, b) || opposed(a, b) || opposed(b, a);
            case NAMES -> named(a, b) && named(b, a);
            case ORDER -> ordered(a, b) || exchanged(a, b) || permuted(a, b);
            case NEGATION -> a.negated() != b.negated() && unshared(a, b) + unshared(b, a) <= SAME;
            case ASKED -> excluded(ASKED_FOR, a, b) && unshared(a, b) + unshared(b, a) <= SAME;
            case ADDITION -> added(a, b) || added(b, a);
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

    /** Whether it has code that the other has not, not even as a word: iphone is iPhone. */
    private static boolean coded(Wording one, Wording other) {
        return one.code().stream()
                .anyMatch(
                        code -> !other.code().contains(code) && !other.words().contains(code.toLowerCase(Locale.ROOT)));
    }

    private static boolean contrasted(Wording a, Wording b) {
        return a.contrasts().keySet().stream().anyMatch(group -> !group.equals(ASKED_FOR) && excluded(group, a, b));
    }

    private static boolean excluded(String group, Wording a, Wording b) {
        Set<String> ours = a.contrasts().getOrDefault(group, Set.of());
        Set<String> theirs = b.contrasts().getOrDefault(group, Set.of());
        return !ours.isEmpty() && !theirs.isEmpty() && !ours.containsAll(theirs) && !theirs.containsAll(ours);
    }

    /** Whether it has a word without, and the other with, what makes an opposite: possible, impossible. */
    private static boolean opposed(Wording one, Wording other) {
        return one.content().keySet().stream()
                .filter(word -> word.length() > 3 && !other.content().containsKey(word))
                .anyMatch(word -> OPPOSITE.stream()
                        .anyMatch(prefix -> other.content().containsKey(prefix + word)
                                && !one.content().containsKey(prefix + word)));
    }

    /** Whether it has a name that the other has not, written in whatever case. */
    private static boolean named(Wording one, Wording other) {
        return one.names().stream().anyMatch(name -> !other.words().contains(name));
    }

    private static boolean ordered(Wording a, Wording b) {
        Set<String> from = a.roles().getOrDefault("from", Set.of());
        if (!from.isEmpty() && from.equals(b.roles().get("from"))) {
            return false; // that tells the two apart, in whatever order
        }
        return reversed(List.copyOf(a.numbers()), List.copyOf(b.numbers()), a, b)
                || reversed(List.copyOf(a.names()), b.words(), a, b)
                || reversed(List.copyOf(b.names()), a.words(), b, a)
                || a.contrasts().entrySet().stream()
                        .filter(group -> !group.getKey().equals(ASKED_FOR))
                        .anyMatch(group -> reversed(
                                List.copyOf(group.getValue()),
                                List.copyOf(b.contrasts().getOrDefault(group.getKey(), Set.of())),
                                a,
                                b));
    }

    /** Whether the very same words are in another order, and not only what stood last comes first: dogs chase cats. */
    private static boolean permuted(Wording a, Wording b) {
        if (a.words().size() != b.words().size()
                || a.content().size() != b.content().size()) {
            return false;
        }
        List<String> ours = List.copyOf(a.content().keySet());
        List<String> theirs = List.copyOf(b.content().keySet());
        if (ours.size() < 3
                || ours.equals(theirs)
                || either(a)
                || !a.words().stream()
                        .sorted()
                        .toList()
                        .equals(b.words().stream().sorted().toList())) {
            return false;
        }
        List<String> rotated = new ArrayList<>(theirs);
        Collections.rotate(rotated, ours.indexOf(theirs.getFirst()));
        return !rotated.equals(ours);
    }

    private static boolean reversed(List<String> ours, List<String> theirs, Wording a, Wording b) {
        int before = -1;
        for (String each : ours) {
            int at = theirs.indexOf(each);
            if (at >= 0 && at < before) {
                return !either(a) && !either(b);
            }
            before = Math.max(before, at);
        }
        return false;
    }

    private static boolean either(Wording of) {
        return of.words().stream().anyMatch(EITHER::contains);
    }

    /** Whether something plays a part in one that in the other something else plays, which is in the first too. */
    private static boolean exchanged(Wording a, Wording b) {
        for (Map.Entry<String, Set<String>> role : a.roles().entrySet()) {
            Set<String> theirs = b.roles().getOrDefault(role.getKey(), Set.of());
            if (!theirs.isEmpty() && other(role.getValue(), theirs, b) && other(theirs, role.getValue(), a)) {
                return true;
            }
        }
        return false;
    }

    private static boolean other(Set<String> players, Set<String> theirs, Wording other) {
        return players.stream()
                .anyMatch(player -> !theirs.contains(player) && other.content().containsKey(player));
    }

    private static boolean added(Wording more, Wording less) {
        double added = unshared(more, less);
        return unshared(less, more) <= NOTHING && (added > MUCH || named(more, less));
    }

    private static double unshared(Wording one, Wording other) {
        double unshared = 0;
        for (Map.Entry<String, Double> word : one.content().entrySet()) {
            unshared += other.content().containsKey(word.getKey()) ? 0 : word.getValue();
        }
        return unshared;
    }
}
