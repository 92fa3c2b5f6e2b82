package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.generator.RequestShape.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Questions of about 32 tokens as people ask them of a shop or a bank, from a seeded grammar, and the same in other words:
 * another case, other punctuation, politeness, contractions, the clauses the other way round.
 */
final class Wordings {
    private static final List<String> ACTIONS = List.of(
            "reset the password of my online account",
            "change the delivery address of a parcel",
            "cancel the standing order for my rent",
            "raise the daily limit of my debit card",
            "download an invoice for the tax office",
            "return a pair of shoes that are too small",
            "report a payment that I do not recognise",
            "add my husband to the family contract",
            "move my savings into a fixed deposit",
            "unlock the app on a second telephone",
            "get a refund for a broken washing machine",
            "transfer money to a friend in Japan",
            "renew the insurance of my motorcycle",
            "book a table for a birthday party",
            "find the serial number of my printer",
            "connect the thermostat to the wireless network",
            "claim the cost of a train that was late",
            "export all photographs from the cloud",
            "order a replacement for a lost passport",
            "register a trailer with the city council",
            "close the mailbox of an employee",
            "translate a birth certificate into French",
            "install the winter tyres by myself",
            "apply for a parking permit downtown",
            "merge two duplicate customer records");

    private static final List<String> CIRCUMSTANCES = List.of(
            "after the last update was installed",
            "while I am travelling in Canada",
            "because my old telephone was stolen",
            "although the office is closed today",
            "if the confirmation never arrived",
            "since my surname has changed",
            "when nobody answers the hotline",
            "before the free trial is over",
            "without visiting a branch",
            "now that I have moved to Vienna",
            "even though the form was rejected",
            "once the contract has been signed",
            "unless a lawyer is needed",
            "during the summer holidays",
            "as long as the shop is being renovated",
            "provided that my employer agrees",
            "until the new card gets here",
            "whenever the website is too slow",
            "so that my parents can use it",
            "in case the warranty has expired");

    private static final List<String> OPENINGS = List.of(
            "How do I ", "What do I have to do to ", "Which steps does it take to ", "What is the best way to ");

    private static final int WAYS = 6;

    /**
     * One question: what is to be done, and under which circumstance, about which order. The number makes it another than all
     * that are asked in nearly the same words.
     */
    private record Asked(String opening, String action, String circumstance, long order) {
        String plain() {
            return opening + action + " " + circumstance + ", order " + order + "?";
        }

        String reworded(int way) {
            return switch (way) {
                case 0 -> plain().toLowerCase(Locale.ROOT);
                case 1 -> opening + action + " " + circumstance + " (order " + order + ")";
                case 2 -> "Please tell me: " + plain();
                case 3 -> "Hello, " + Character.toLowerCase(opening.charAt(0)) + plain().substring(1) + " Thanks!";
                case 4 -> contracted(plain());
                default ->
                    Character.toUpperCase(circumstance.charAt(0)) + circumstance.substring(1) + ", "
                            + Character.toLowerCase(opening.charAt(0)) + opening.substring(1) + action + ", order "
                            + order + "?";
            };
        }

        private static String contracted(String text) {
            return text.replace("What is ", "What's ")
                    .replace("I have moved", "I've moved")
                    .replace("I do not", "I don't")
                    .replace("I am ", "I'm ")
                    .replace("that are ", "that're ")
                    .replace("?", "??");
        }
    }

    private Wordings() {}

    private static List<Asked> all(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Asked(
                    OPENINGS.get(random.nextInt(OPENINGS.size())),
                    ACTIONS.get(i % ACTIONS.size()),
                    CIRCUMSTANCES.get(i / ACTIONS.size() % CIRCUMSTANCES.size()),
                    random.nextLong(1_000_000, 1_000_000_000)));
        }
        Collections.shuffle(all, new Random(seed));
        return all;
    }

    /** Different questions: those of one seed are not those of another. */
    static List<Text> questions(long seed, int count) {
        return all(seed, count).stream()
                .map(asked -> new Text(asked.plain(), Optional.empty()))
                .toList();
    }

    /** The same questions in other words, each in several ways, in an order drawn at random. */
    static List<Text> reworded(long seed, int count) {
        List<Text> reworded = new ArrayList<>();
        for (Asked asked : all(seed, count)) {
            for (int way = 0; way < WAYS; way++) {
                reworded.add(new Text(asked.reworded(way), Optional.of(asked.plain())));
            }
        }
        Collections.shuffle(reworded, new Random(seed));
        return reworded;
    }
}
