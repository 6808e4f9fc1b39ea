package io.kulkul.core.publishing;

import io.kulkul.api.PublishRefusedException;
import io.kulkul.api.PushTo;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the events of one type that says {@link PushTo} go. Immutable; worked out once per type. */
final class PushTarget {

    private static final Pattern MEMBER = Pattern.compile("\\{([^{}]*)}");
    private static final ClassValue<Optional<PushTarget>> TARGETS = new ClassValue<>() {
        @Override
        protected Optional<PushTarget> computeValue(Class<?> type) {
            PushTo pushTo = type.getAnnotation(PushTo.class);
            return pushTo == null ? Optional.empty() : Optional.of(new PushTarget(type, pushTo));
        }
    };

    private final String event;
    private final String template;
    private final List<Member> members = new ArrayList<>();

    private PushTarget(Class<?> type, PushTo pushTo) {
        template = pushTo.value();
        event = pushTo.event().isEmpty() ? snakeCase(type.getSimpleName()) : pushTo.event();
        Matcher matcher = MEMBER.matcher(template);
        while (matcher.find()) {
            members.add(member(type, matcher.group(1)));
        }
    }

    /** The target of events of this type, or null where the type says nothing. */
    static @Nullable PushTarget of(Class<?> type) {
        return TARGETS.get(type).orElse(null);
    }

    /** The event's name on the wire. */
    String event() {
        return event;
    }

    /** The channel, with the event's own values in it. */
    String channel(Object source) {
        StringBuilder channel = new StringBuilder();
        Matcher matcher = MEMBER.matcher(template);
        for (int i = 0; matcher.find(); i++) {
            matcher.appendReplacement(channel, Matcher.quoteReplacement(value(source, members.get(i))));
        }
        return matcher.appendTail(channel).toString();
    }

    private String value(Object source, Member member) {
        Object value;
        try {
            value = member instanceof Method method ? method.invoke(source) : ((Field) member).get(source);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(member + " was made accessible", e);
        } catch (InvocationTargetException e) {
            throw new PublishRefusedException(member.getName() + " of " + template + " failed", e);
        }
        if (value == null) {
            throw new PublishRefusedException(member.getName() + " of " + template + " is null");
        }
        return value.toString();
    }

    private static Member member(Class<?> type, String name) {
        String capitalized = name.isEmpty() ? "" : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
            for (String method : List.of(name, "get" + capitalized, "is" + capitalized)) {
                for (Method candidate : declaring.getDeclaredMethods()) {
                    if (candidate.getName().equals(method) && candidate.getParameterCount() == 0) {
                        return accessible(candidate);
                    }
                }
            }
            for (Field candidate : declaring.getDeclaredFields()) {
                if (candidate.getName().equals(name)) {
                    return accessible(candidate);
                }
            }
        }
        throw new PublishRefusedException(
                "@PushTo on " + type.getName() + " names {" + name + "}, which it does not have");
    }

    private static <M extends AccessibleObject & Member> M accessible(M member) {
        // Event types are often records nested in a package-private class.
        member.setAccessible(true);
        return member;
    }

    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
