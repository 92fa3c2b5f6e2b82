package dev.penstock.runtime.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a key that the file leaves out, written as in the file: {@code "8080"}, {@code "20s"}, {@code "{}"}.
 *
 * <p>A mapping given for a nested record lies over that record's own defaults, and stays under the keys that the file
 * names: with {@code @Default("{port: 9090}")} a file may set {@code host} alone and keep port 9090. Without this
 * annotation an {@code Optional}, {@code List} or {@code Map} is empty, and anything else must be in the file.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** The value as YAML. */
    String value();
}
