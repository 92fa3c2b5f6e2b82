package dev.penstock.trainer;

import dev.penstock.onnx.DecoderShape;
import java.util.List;

/**
 * Initial weights of the first two attention blocks that lean towards copying.
 *
 * <p>To go on with what followed an earlier word, one head must carry each token to its successor and a later one must
 * compare the present token with what was carried (Olsson et al., "In-context Learning and Induction Heads", 2022).
 * Found by chance this takes a small model most of its training. So training begins near that solution and is free to
 * leave it:
 *
 * <ul>
 *   <li>in the first block, the first group of heads looks back one, two, three, ... tokens;
 *   <li>in the second block, the first head compares the token with what was carried one step, and the first head of the
 *       second group compares what was carried one step with what was carried two;
 *   <li>both write what they find in the direction in which they read it.
 * </ul>
 */
final class Induction {

    /** First component of every embedding: after the norm about 7, where others are about 1. */
    static final float CONSTANT = 0.4f;

    /** With the constant component, a score of 6 in each rotary plane: the neighbours of the peak are lower by 4. */
    private static final double LOOK_BACK = 0.85;

    /** What remains of the random part in heads that look back. */
    private static final float CONTENT = 0.3f;

    /** How much stronger heads that carry write. */
    private static final float CARRIED = 2.5f;

    /** Factor of comparing queries and keys. */
    private static final float COMPARED = 3;

    /** Factor of the output of heads that copy. */
    private static final float COPIED = 1.5f;

    /** The fastest rotary planes tell nothing of equality at a distance. */
    private static final int FAST_PLANES = 4;

    private final int size;
    private final int hidden;
    private final int columns;
    private final int group;
    private final int keys;
    private final int values;
    private final double theta;

    private Induction(DecoderShape shape) {
        size = shape.headSize();
        hidden = shape.hiddenSize();
        columns = shape.projectionSize();
        group = shape.heads() / shape.keyValueHeads();
        keys = shape.heads() * size;
        values = keys + shape.keyValueHeads() * size;
        theta = shape.ropeTheta();
    }

    /**
     * Changes random weights in place.
     *
     * @param shape at least two blocks, two groups of heads and two heads a group
     * @param projections queries, keys and values of each block
     * @param outputs attention output of each block
     */
    static void prepare(DecoderShape shape, List<float[]> projections, List<float[]> outputs) {
        Induction induction = new Induction(shape);
        float[] first = projections.get(0);
        float[] carried = outputs.get(0);
        induction.lookBack(first);
        for (int i = 0; i < 2 * induction.size * induction.hidden; i++) {
            carried[i] *= CARRIED;
        }
        float[] second = projections.get(1);
        float[] copied = outputs.get(1);
        // Keys read what the first head carried; queries read tokens as that head's values read them.
        induction.compare(second, 0, carried, 0);
        induction.readAs(second, 0, first);
        induction.copy(second, copied, 0, 0);
        induction.compare(second, 1, carried, 1);
        induction.readCarried(second, induction.group, carried);
        induction.copy(second, copied, 1, induction.group);
    }

    /**
     * From the constant component, queries and keys get a constant vector in each rotary plane. Keys are turned ahead by
     * one position and the query of head h back by h, so that the score is largest h + 1 tokens ago.
     */
    private void lookBack(float[] projection) {
        int half = size / 2;
        for (int row = 1; row < hidden; row++) {
            for (int column = 0; column < size; column++) {
                projection[row * columns + keys + column] *= CONTENT;
            }
            for (int column = 0; column < group * size; column++) {
                projection[row * columns + column] *= CONTENT;
            }
        }
        for (int plane = 0; plane < half; plane++) {
            double turn = Math.pow(theta, -2.0 * plane / size);
            projection[keys + plane] = (float) (LOOK_BACK * Math.cos(turn));
            projection[keys + plane + half] = (float) (LOOK_BACK * Math.sin(turn));
            for (int head = 0; head < group; head++) {
                projection[head * size + plane] = (float) (LOOK_BACK * Math.cos(head * turn));
                projection[head * size + plane + half] = (float) (-LOOK_BACK * Math.sin(head * turn));
            }
        }
    }

    /** Keys of a group become the transpose of what a head of the first block wrote with. */
    private void compare(float[] projection, int keyHead, float[] carried, int carrier) {
        for (int row = 0; row < hidden; row++) {
            for (int i = 0; i < size; i++) {
                projection[row * columns + keys + keyHead * size + i] =
                        row == 0 || fast(i) ? 0 : COMPARED * carried[(carrier * size + i) * hidden + row];
            }
        }
    }

    /** Queries of a head become the values that the first block's carriers read. */
    private void readAs(float[] projection, int head, float[] first) {
        for (int row = 0; row < hidden; row++) {
            for (int i = 0; i < size; i++) {
                projection[row * columns + head * size + i] =
                        row == 0 || fast(i) ? 0 : COMPARED * first[row * columns + values + i];
            }
        }
    }

    /** Queries of a head become the transpose of what the first carrier wrote with. */
    private void readCarried(float[] projection, int head, float[] carried) {
        for (int row = 0; row < hidden; row++) {
            for (int i = 0; i < size; i++) {
                projection[row * columns + head * size + i] =
                        row == 0 || fast(i) ? 0 : COMPARED / 2 * carried[i * hidden + row];
            }
        }
    }

    private void copy(float[] projection, float[] output, int valueHead, int head) {
        for (int i = 0; i < size; i++) {
            for (int column = 0; column < hidden; column++) {
                output[(head * size + i) * hidden + column] =
                        column == 0 ? 0 : COPIED * projection[column * columns + values + valueHead * size + i];
            }
        }
    }

    private boolean fast(int component) {
        return component % (size / 2) < FAST_PLANES;
    }
}
