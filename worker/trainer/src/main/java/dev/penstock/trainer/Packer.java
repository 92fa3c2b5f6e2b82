package dev.penstock.trainer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.penstock.onnx.ByteLevelTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Turns conversations into token ids and packs them into rows. */
final class Packer {

    private static final float MASKED = -1e9f;
    private static final float DIGIT_WEIGHT = 3;

    private final HuggingFaceTokenizer tokenizer;
    private final Corpus corpus;
    private final RandomGenerator random;

    Packer(HuggingFaceTokenizer tokenizer, Corpus corpus, RandomGenerator random) {
        this.tokenizer = tokenizer;
        this.corpus = corpus;
        this.random = random;
    }

    /** Token ids of one document, and which of them the model is to learn to write. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Document(long[] ids, boolean[] learned) {}

    /** Rows of short conversations, practice and a little plain text. */
    Batch shortRows(int rows, int length) {
        return pack(rows, length, () -> switch (random.nextInt(40)) {
            case 0 -> paragraph();
            case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 -> encode(corpus.drill());
            default -> encode(corpus.dialogue(4).spans());
        });
    }

    /** Rows with conversations of many turns, so that the model has met the far end of its context. */
    Batch longRows(int rows, int length) {
        return pack(
                rows,
                length,
                () -> encode(corpus.conversation(random.nextInt(8, 16)).spans()));
    }

    private Batch pack(int rows, int length, Supplier<Document> source) {
        long[] ids = new long[rows * length];
        float[] mask = new float[rows * length * length];
        Arrays.fill(mask, MASKED);
        List<Long> learned = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int at = 0;
            while (at < length) {
                Document document = source.get();
                // The last conversation of a row is cut where the row ends: its beginning is as good as any.
                int taken = Math.min(document.ids.length, length - at);
                place(document, taken, row * length + at, ids, learned);
                open(mask, row, at, taken, length);
                at += taken;
            }
        }
        long[] positions = learned.stream().mapToLong(Long::longValue).toArray();
        long[] targets = Arrays.stream(positions).map(i -> ids[(int) i + 1]).toArray();
        return new Batch(rows, length, ids, mask, positions, targets, weights(ids, positions));
    }

    /**
     * Digits count more, and what follows one: they are few among the words around them, and what sums and counting
     * are about.
     */
    private static float[] weights(long[] ids, long[] positions) {
        float[] weights = new float[positions.length];
        float sum = 0;
        for (int i = 0; i < positions.length; i++) {
            int position = (int) positions[i];
            weights[i] = isDigit(ids[position]) || isDigit(ids[position + 1]) ? DIGIT_WEIGHT : 1;
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    private static boolean isDigit(long id) {
        long letter = id - ByteLevelTokenizer.CHAT_SPECIALS.size();
        return letter >= '0' && letter <= '9';
    }

    private static void place(Document document, int taken, int start, long[] ids, List<Long> learned) {
        System.arraycopy(document.ids, 0, ids, start, taken);
        for (int i = 0; i + 1 < taken; i++) {
            if (document.learned[i + 1]) {
                learned.add((long) start + i);
            }
        }
    }

    private static void open(float[] mask, int row, int at, int taken, int length) {
        for (int i = at; i < at + taken; i++) {
            int line = (row * length + i) * length;
            Arrays.fill(mask, line + at, line + i + 1, 0);
        }
    }

    private Document paragraph() {
        long[] ids = ids(corpus.paragraph() + ByteLevelTokenizer.END_OF_TEXT);
        boolean[] learned = new boolean[ids.length];
        Arrays.fill(learned, true);
        return new Document(ids, learned);
    }

    private Document encode(List<Dialogue.Span> spans) {
        long[] ids = new long[0];
        boolean[] learned = new boolean[0];
        for (Dialogue.Span span : spans) {
            long[] more = ids(span.text());
            int before = ids.length;
            ids = Arrays.copyOf(ids, before + more.length);
            System.arraycopy(more, 0, ids, before, more.length);
            learned = Arrays.copyOf(learned, ids.length);
            Arrays.fill(learned, before, ids.length, span.learned());
        }
        return new Document(ids, learned);
    }

    private long[] ids(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }
}
