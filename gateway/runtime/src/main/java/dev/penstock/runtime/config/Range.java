package dev.penstock.runtime.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The bounds of a number, duration or size, both inclusive and written as in the file: {@code min = "1"},
 * {@code max = "16MiB"}. On a list, map or optional it bounds each element. An empty bound is open.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {
    /** The smallest value allowed. */
    String min() default "";

    /** The largest value allowed. */
    String max() default "";
}
