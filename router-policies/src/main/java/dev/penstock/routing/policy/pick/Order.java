package dev.penstock.routing.policy.pick;

import java.util.random.RandomGenerator;

/** Rows and their costs, put in order from the front. */
final class Order {
    private Order() {}

    static void swap(int[] rows, double[] costs, int one, int other) {
        int row = rows[one];
        rows[one] = rows[other];
        rows[other] = row;
        double cost = costs[one];
        costs[one] = costs[other];
        costs[other] = cost;
    }

    /** The place of the least cost; of equals, the first. */
    static int least(double[] costs, int from, int to) {
        int least = from;
        double lowest = costs[from];
        for (int k = from + 1; k < to; k++) {
            if (costs[k] < lowest) {
                lowest = costs[k];
                least = k;
            }
        }
        return least;
    }

    /** Puts those at a cost of at most {@code limit} to the front; returns where they end. */
    static int partition(int[] rows, double[] costs, int from, int to, double limit) {
        int end = from;
        for (int k = from; k < to; k++) {
            if (costs[k] <= limit) {
                if (k != end) {
                    swap(rows, costs, k, end);
                }
                end++;
            }
        }
        return end;
    }

    /** The cheaper of two drawn at random; of equals, the one drawn first. */
    static int cheaperOfTwo(double[] costs, int from, int to, RandomGenerator random) {
        int among = to - from;
        if (among == 1) {
            return from;
        }
        int first = random.nextInt(among);
        int second = random.nextInt(among - 1);
        if (second >= first) {
            second++;
        }
        return from + (costs[from + second] < costs[from + first] ? second : first);
    }
}
