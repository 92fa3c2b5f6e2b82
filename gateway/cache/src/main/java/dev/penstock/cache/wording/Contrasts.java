package dev.penstock.cache.wording;

import java.text.DateFormatSymbols;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Words of which one excludes the others: opposites, days, months, countries, languages, currencies, units. Two questions
 * that differ in one of them ask for different things, however close they are otherwise.
 */
final class Contrasts {
    /**
     * A word's place.
     *
     * @param group those that exclude each other
     * @param member which of them it is; words of one meaning are one
     */
    record Place(String group, String member) {}

    /** Words of one meaning are separated by a bar. */
    private static final Map<String, List<String>> OPPOSITES = Map.ofEntries(
            Map.entry(
                    "order", List.of("first|1st", "second|2nd", "third|3rd", "fourth|4th", "fifth|5th", "last|final")),
            Map.entry("in time", List.of("before", "after")),
            Map.entry("succession", List.of("next|upcoming", "previous|prior")),
            Map.entry("change", List.of("increase|raise|grow", "decrease|reduce|lower|shrink")),
            Map.entry("power", List.of("enable|activate|allow", "disable|deactivate|forbid|block")),
            Map.entry("course", List.of("start|begin", "stop|end|finish")),
            Map.entry("state", List.of("open|unlock", "close|lock")),
            Map.entry("set", List.of("add|insert|append", "remove|delete|drop")),
            Map.entry("load", List.of("upload", "download")),
            Map.entry("trade", List.of("import", "export")),
            Map.entry("cipher", List.of("encrypt|encode", "decrypt|decode")),
            Map.entry("session", List.of("login", "logout")),
            Map.entry("purse", List.of("deposit", "withdraw|withdrawal")),
            Map.entry("passage", List.of("send|sending|sent", "receive|receiving|received")),
            Map.entry("deal", List.of("buy|purchase", "sell")),
            Map.entry("loan", List.of("lend", "borrow")),
            Map.entry("extreme", List.of("minimum|min|least|lowest|smallest", "maximum|max|most|highest|largest")),
            Map.entry("worth", List.of("best", "worst")),
            Map.entry(
                    "merit",
                    List.of("advantages|advantage|pros|benefits", "disadvantages|disadvantage|cons|drawbacks")),
            Map.entry("side", List.of("left", "right")),
            Map.entry("height", List.of("up|above|top", "down|below|bottom")),
            Map.entry("heaven", List.of("north|northern", "south|southern", "east|eastern", "west|western")),
            Map.entry("sex", List.of("male|man|men|boy", "female|woman|women|girl")),
            Map.entry("validity", List.of("valid|legal|safe|possible", "invalid|illegal|unsafe|impossible")),
            Map.entry("temperature", List.of("hot|warm", "cold|cool")),
            Map.entry("age", List.of("old|older|oldest", "new|newer|newest")),
            Map.entry("direction of time", List.of("yesterday", "today", "tomorrow")),
            Map.entry(
                    "length",
                    List.of(
                            "mm|millimeter|millimetre",
                            "cm|centimeter|centimetre",
                            "m|meter|metre",
                            "km|kilometer|kilometre",
                            "inch|inches",
                            "ft|feet|foot",
                            "yard|yards",
                            "mile|miles")),
            Map.entry(
                    "mass",
                    List.of(
                            "mg|milligram",
                            "g|gram|grams",
                            "kg|kilogram|kilo|kilos",
                            "lb|lbs|pound",
                            "oz|ounce|ounces")),
            Map.entry(
                    "volume",
                    List.of("ml|milliliter|millilitre", "l|liter|litre|liters|litres", "gallon|gallons", "pint|pints")),
            Map.entry("heat", List.of("celsius|centigrade", "fahrenheit", "kelvin")),
            Map.entry(
                    "duration",
                    List.of(
                            "seconds",
                            "minute|minutes",
                            "hour|hours",
                            "day|days",
                            "week|weeks",
                            "month|months",
                            "year|years")),
            Map.entry("bytes", List.of("kb|kilobyte", "mb|megabyte", "gb|gigabyte", "tb|terabyte")),
            Map.entry(
                    "program",
                    List.of(
                            "python",
                            "java",
                            "javascript|js",
                            "typescript",
                            "rust",
                            "golang",
                            "ruby",
                            "php",
                            "swift",
                            "kotlin",
                            "scala",
                            "perl",
                            "haskell",
                            "sql",
                            "bash",
                            "c++",
                            "c#")));

    /** Codes that are no words. */
    private static final Map<String, String> CURRENCIES = Map.ofEntries(
            Map.entry("usd", "usd|$|dollar|dollars|us dollar|us dollars"),
            Map.entry("eur", "eur|€|euro|euros"),
            Map.entry("gbp", "gbp|£|pound sterling|sterling"),
            Map.entry("jpy", "jpy|¥|yen"),
            Map.entry("chf", "chf|swiss franc|swiss francs"),
            Map.entry("cny", "cny|rmb|yuan"),
            Map.entry("inr", "inr|₹|rupee|rupees"),
            Map.entry("aud", "aud|australian dollar|australian dollars"),
            Map.entry("cad", "cad|canadian dollar|canadian dollars"),
            Map.entry("sek", "sek|krona"),
            Map.entry("pln", "pln|zloty"),
            Map.entry("brl", "brl|reais"),
            Map.entry("mxn", "mxn|peso|pesos"),
            Map.entry("krw", "krw"),
            Map.entry("rub", "rub|ruble|rubles"));

    private static final Map<String, Place> PLACES = places();

    private Contrasts() {}

    /** Where a word stands, or two that belong together. */
    static Optional<Place> of(String words) {
        return Optional.ofNullable(PLACES.get(stems(words)));
    }

    private static Map<String, Place> places() {
        Map<String, Place> places = new HashMap<>();
        Locale english = Locale.ENGLISH;
        for (String code : Locale.getISOCountries()) {
            put(places, "country", Locale.of("", code).getDisplayCountry(english), code);
        }
        put(places, "country", "usa", "US");
        put(places, "country", "america", "US");
        put(places, "country", "uk", "GB");
        put(places, "country", "britain", "GB");
        put(places, "country", "england", "GB");
        for (String code : Locale.getISOLanguages()) {
            put(places, "language", Locale.of(code).getDisplayLanguage(english), code);
        }
        CURRENCIES.forEach((code, words) -> {
            for (String word : words.split("\\|")) {
                put(places, "currency", word, code);
            }
        });
        DateFormatSymbols dates = DateFormatSymbols.getInstance(english);
        Arrays.stream(dates.getMonths())
                .filter(name -> !name.isEmpty())
                .forEach(name -> put(places, "month", name, name));
        Arrays.stream(dates.getWeekdays())
                .filter(name -> !name.isEmpty())
                .forEach(name -> put(places, "weekday", name, name));
        places.remove(stems("may")); // nearly always the verb
        OPPOSITES.forEach((group, members) -> members.forEach(member -> {
            for (String word : member.split("\\|")) {
                put(places, group, word, member);
            }
        }));
        return Map.copyOf(places);
    }

    private static void put(Map<String, Place> places, String group, String words, String member) {
        places.put(stems(words.toLowerCase(Locale.ROOT)), new Place(group, member.toLowerCase(Locale.ROOT)));
    }

    private static String stems(String words) {
        int space = words.indexOf(' ');
        return space < 0 ? Stems.of(words) : words.substring(0, space) + " " + Stems.of(words.substring(space + 1));
    }
}
