package io.kulkul.api;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Marks a CDI event type whose events also go to a channel.
 *
 * <pre>{@code
 * @PushTo("orders:{customerId}")
 * public record OrderShipped(String customerId, String orderId) {}
 * }</pre>
 *
 * <p>Fired in a JTA transaction, the event is published after the commit, or never.
 */
@Documented
@Retention(RUNTIME)
@Target(TYPE)
public @interface PushTo {

    /** The channel; {@code {member}} stands for the value of that record component, getter or method of the event. */
    String value();

    /** The event's name on the wire; by default the type's simple name in snake case ({@code order_shipped}). */
    String event() default "";
}
