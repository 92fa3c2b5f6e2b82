package dev.penstock.cache.wording;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.DateFormatSymbols;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Words of which one excludes the others: opposites, days, months, countries, cities, languages, currencies, units. Two
 * questions that differ in one of them ask for different things, however close they are otherwise. Opposites and units are
 * in {@code contrasts.txt}; the platform knows the others.
 */
final class Contrasts {
    /**
     * A word's place.
     *
     * @param group those that exclude each other
     * @param member which of them it is; words of one meaning are one
     */
    record Place(String group, String member) {}

    /** Of zones, the regions that are named by cities. */
    private static final Set<String> REGIONS = Set.of("Africa", "America", "Asia", "Australia", "Europe");
    /** Cities that are more often something else. */
    private static final Set<String> OTHERWISE =
            Set.of("act", "center", "jersey", "knox", "lhi", "north", "nsw", "south", "west");

    private static final Map<String, Set<Place>> PLACES = places();
    /** What places of two words begin with. */
    private static final Set<String> FIRST = PLACES.keySet().stream()
            .filter(words -> words.indexOf(' ') > 0)
            .map(words -> words.substring(0, words.indexOf(' ')))
            .collect(Collectors.toUnmodifiableSet());

    private Contrasts() {}

    /** Where a word stands, or two that belong together. */
    static Set<Place> of(String word) {
        return PLACES.getOrDefault(Stems.of(word), Set.of());
    }

    /** Where two words stand that belong together. */
    static Set<Place> of(String first, String second) {
        return FIRST.contains(first) ? PLACES.getOrDefault(first + " " + Stems.of(second), Set.of()) : Set.of();
    }

    /** Where "5 pm" stands. */
    static Optional<Place> ofTime(String number, String word) {
        if (!Character.isDigit(number.charAt(0)) || !(word.equals("am") || word.equals("pm"))) {
            return Optional.empty();
        }
        return Optional.of(new Place("half of the day", word));
    }

    private static Map<String, Set<Place>> places() {
        Map<String, Set<Place>> places = new HashMap<>();
        Locale english = Locale.ENGLISH;
        for (String code : Locale.getISOCountries()) {
            put(places, "place", Locale.of("", code).getDisplayCountry(english), code);
        }
        put(places, "place", "usa", "US");
        put(places, "place", "america", "US");
        put(places, "place", "uk", "GB");
        put(places, "place", "britain", "GB");
        put(places, "place", "england", "GB");
        for (String code : Locale.getISOLanguages()) {
            put(places, "language", Locale.of(code).getDisplayLanguage(english), code);
        }
        cities(places);
        DateFormatSymbols dates = DateFormatSymbols.getInstance(english);
        Arrays.stream(dates.getMonths())
                .filter(name -> !name.isEmpty() && !name.equals("May")) // nearly always the verb
                .forEach(name -> put(places, "month", name, name));
        Arrays.stream(dates.getWeekdays())
                .filter(name -> !name.isEmpty())
                .forEach(name -> put(places, "weekday", name, name));
        lines().forEach(line -> group(places, line));
        return places.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
    }

    private static void cities(Map<String, Set<Place>> places) {
        for (String zone : ZoneId.getAvailableZoneIds()) {
            String city =
                    zone.substring(zone.lastIndexOf('/') + 1).replace('_', ' ').toLowerCase(Locale.ROOT);
            if (zone.indexOf('/') > 0
                    && REGIONS.contains(zone.substring(0, zone.indexOf('/')))
                    && !OTHERWISE.contains(city)) {
                put(places, "place", city, city);
            }
        }
    }

    private static List<String> lines() {
        try (InputStream file = Objects.requireNonNull(Contrasts.class.getResourceAsStream("contrasts.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void group(Map<String, Set<Place>> places, String line) {
        int equals = line.indexOf('=');
        String group = line.substring(0, equals).strip();
        for (String member : line.substring(equals + 1).split(";")) {
            String[] words = member.strip().split("\\|");
            for (String word : words) {
                put(places, group, word, words[0]);
            }
        }
    }

    private static void put(Map<String, Set<Place>> places, String group, String words, String member) {
        String lower = words.toLowerCase(Locale.ROOT);
        int space = lower.indexOf(' ');
        String key =
                space < 0 ? Stems.of(lower) : lower.substring(0, space) + " " + Stems.of(lower.substring(space + 1));
        places.computeIfAbsent(key, none -> new LinkedHashSet<>())
                .add(new Place(group, member.toLowerCase(Locale.ROOT)));
    }
}
