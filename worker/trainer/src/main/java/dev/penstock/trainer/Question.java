package dev.penstock.trainer;

/**
 * A question, the answer that training shows, and how any answer to it is judged.
 *
 * @param topic what it is about
 * @param text what the user writes
 * @param answer a right answer
 * @param check accepts right answers, {@code answer} among them
 */
public record Question(String topic, String text, String answer, Check check) {}
