package dev.penstock.engine.language;

/**
 * One message of a conversation, as a chat template sees it.
 *
 * @param role such as {@code system}, {@code user} or {@code assistant}
 * @param content its text
 */
public record ChatMessage(String role, String content) {}
