package dev.penstock.loadtest.simulation.pool;

import java.util.Arrays;

/** How every request ended: arrays by its number. */
public final class Records {
    /** How a request ended. */
    public enum Ending {
        /** It has not. */
        OPEN,
        /** With a whole answer. */
        ANSWERED,
        /** Before anything was sent: nobody to send it to, a full queue, or too long a wait in it. */
        REFUSED,
        /** After something was sent. */
        FAILED
    }

    private final Ending[] endings;
    private final double[] firstTokenSeconds;
    private final double[] seconds;
    private final double[] tokenSeconds;
    private final double[] queueSeconds;
    private final double[] dollars;
    private final int[] slots;
    private final int[] cachedTokens;
    private int open;

    Records(int size) {
        endings = new Ending[size];
        Arrays.fill(endings, Ending.OPEN);
        firstTokenSeconds = new double[size];
        seconds = new double[size];
        tokenSeconds = new double[size];
        queueSeconds = new double[size];
        dollars = new double[size];
        slots = new int[size];
        Arrays.fill(slots, -1);
        cachedTokens = new int[size];
        open = size;
    }

    int open() {
        return open;
    }

    private void end(int request, Ending ending) {
        if (endings[request] != Ending.OPEN) {
            throw new IllegalStateException("request " + request + " ends twice: " + endings[request] + ", " + ending);
        }
        endings[request] = ending;
        open--;
    }

    void refused(int request) {
        end(request, Ending.REFUSED);
    }

    void failed(int request) {
        end(request, Ending.FAILED);
    }

    void answered(Attempt attempt, long nowNanos) {
        Request request = attempt.request;
        int number = request.number;
        end(number, Ending.ANSWERED);
        firstTokenSeconds[number] = (request.firstTokenNanos - request.atNanos) / 1e9;
        seconds[number] = (nowNanos - request.atNanos) / 1e9;
        tokenSeconds[number] =
                request.outputTokens <= 1 ? 0 : (nowNanos - request.firstTokenNanos) / 1e9 / (request.outputTokens - 1);
        slots[number] = attempt.node.slot();
        cachedTokens[number] = attempt.job().cachedTokens();
    }

    void sent(int request, double afterSeconds) {
        queueSeconds[request] = afterSeconds;
    }

    void billed(int request, double amount) {
        dollars[request] += amount;
    }

    /** How many requests. */
    public int size() {
        return endings.length;
    }

    /** How it ended. */
    public Ending ending(int request) {
        return endings[request];
    }

    /** From its arrival to its first token, of one that was answered. */
    public double firstTokenSeconds(int request) {
        return firstTokenSeconds[request];
    }

    /** From its arrival to its last token, of one that was answered. */
    public double seconds(int request) {
        return seconds[request];
    }

    /** Between tokens after the first, on average over its answer; 0 where there is but one. */
    public double tokenSeconds(int request) {
        return tokenSeconds[request];
    }

    /** From its arrival until it was last sent to a worker. */
    public double queueSeconds(int request) {
        return queueSeconds[request];
    }

    /** What was charged for it by those who charge by tokens, US dollars. */
    public double dollars(int request) {
        return dollars[request];
    }

    /** Who answered; -1 where nobody did. */
    public int slot(int request) {
        return slots[request];
    }

    /** Of its prompt, what whoever answered had in its cache. */
    public int cachedTokens(int request) {
        return cachedTokens[request];
    }
}
