package dev.penstock.loadtest.simulation.engine;

/** What runs requests, on the clock of a simulation. */
public sealed interface Engine permits BatchEngine, ApiEngine {
    /** Takes a job; its listener hears the rest. */
    void submit(Job job);

    /** Whoever asked has left: the job ends without a word. */
    void cancel(Job job);

    /** It dies: whatever it has ends without a word, and its cache is empty. */
    void die();

    /** Jobs that it has, waiting ones included. */
    int load();

    /** Jobs that wait in it. */
    int waiting();

    /** Prompt tokens that are still to be computed, of all requests that it has; at most, since caches may have some. */
    long promptTokensLeft();

    /** Prompt tokens that it has computed since it began. */
    long promptTokensDone();

    /** The share of its memory for the state of requests that requests under way hold, from 0 to 1. */
    double memoryUse();

    /** Seconds in which it computed, so far. */
    double busySeconds();
}
