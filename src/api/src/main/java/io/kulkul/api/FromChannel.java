package io.kulkul.api;

import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Says which clients' messages an observer of {@link ClientMessage} hears: those of one channel or of a pattern.
 *
 * <pre>{@code
 * void received(@ObservesAsync @FromChannel("chat:*") ClientMessage message) { … }
 * }</pre>
 */
@Qualifier
@Documented
@Retention(RUNTIME)
@Target({PARAMETER, FIELD})
public @interface FromChannel {

    /** A channel's name or a pattern of the same form as clients subscribe to. */
    String value();

    /** Names the qualifier where an annotation cannot stand, for instance in {@code Event.select}. */
    final class Literal extends AnnotationLiteral<FromChannel> implements FromChannel {

        private static final long serialVersionUID = 1L;

        private final String value;

        public Literal(String value) {
            this.value = value;
        }

        @Override
        public String value() {
            return value;
        }
    }
}
