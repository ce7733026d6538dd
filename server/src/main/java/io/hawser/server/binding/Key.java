package io.hawser.server.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a configuration key. The loader, the checks, the environment variables and the
 * reference file are all derived from it; the key's name is the component's name in snake case.
 * Values are written as they are in YAML.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Key {
    /** What the key does, in full sentences. */
    String doc();

    /**
     * The value that holds when no source gives one; empty text and empty lists are "", the items
     * of a list are separated by a comma and a space.
     */
    String byDefault() default "";

    /** What a number counts; empty if the type says it (durations, sizes) or nothing is counted. */
    String unit() default "";

    /** The smallest value allowed, for numbers, sizes and durations; "" for no bound. */
    String min() default "";

    /** The largest value allowed, for numbers, sizes and durations; "" for no bound. */
    String max() default "";

    /**
     * A regular expression that the whole text, or each item of a list, has to match; "" for any.
     */
    String pattern() default "";

    /** The pattern in words, continuing "must be …". */
    String expects() default "";

    /** A value worth showing in the reference; "" for none. */
    String example() default "";
}
