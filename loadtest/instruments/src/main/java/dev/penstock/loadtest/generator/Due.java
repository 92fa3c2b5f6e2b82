package dev.penstock.loadtest.generator;

/**
 * A request to come.
 *
 * @param atNanos when, from the start of the run
 * @param kind what it asks for
 * @param prompt which of the prompts, from 0
 * @param bodyBytes length of its body
 * @param tokens of its answer
 */
record Due(long atNanos, Kind kind, int prompt, int bodyBytes, int tokens) {}
