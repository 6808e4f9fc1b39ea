package io.kulkul.core.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.eventlog.ChannelId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Finding the patterns that match a name, among many. */
class PatternIndexTest {

    private final PatternIndex<String> index = new PatternIndex<>();

    private static ChannelPattern pattern(String text) {
        return new ChannelPattern(text);
    }

    @Test
    void allMatchingSubscribersAreFound() {
        index.add("", pattern("a:*"), "one");
        index.add("", pattern("a:*:c"), "two");
        index.add("", pattern("*"), "three");
        index.add("", pattern("b:*"), "four");

        assertThat(index.find(new ChannelId("", "a:b:c"))).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void severalSubscribersMayHaveOnePattern() {
        index.add("", pattern("a:*"), "one");
        index.add("", pattern("a:*"), "two");

        assertThat(index.find(new ChannelId("", "a:b"))).containsExactly("one", "two");
        assertThat(index.size()).isEqualTo(2);
    }

    @Test
    void oneSubscriberIsHeldOncePerPattern() {
        index.add("", pattern("a:*"), "one");
        index.add("", pattern("a:*"), "one");

        assertThat(index.size()).isOne();
    }

    @Test
    void tenantsNeverMeet() {
        index.add("acme", pattern("a:*"), "one");

        assertThat(index.find(new ChannelId("globex", "a:b"))).isEmpty();
        assertThat(index.find(new ChannelId("", "a:b"))).isEmpty();
        assertThat(index.find(new ChannelId("acme", "a:b"))).containsExactly("one");
    }

    @Test
    void whoIsRemovedIsNotFoundAndTheOthersAre() {
        index.add("", pattern("a:*"), "one");
        index.add("", pattern("a:*"), "two");
        index.add("", pattern("a:*:c"), "one");

        index.remove("", pattern("a:*"), "one");

        assertThat(index.find(new ChannelId("", "a:b:c"))).containsExactlyInAnyOrder("two", "one");
        assertThat(index.find(new ChannelId("", "a:b"))).containsExactly("two");
    }

    @Test
    void theVersionChangesWithEveryChangeAndWithNothingElse() {
        long empty = index.version();
        index.add("", pattern("a:*"), "one");
        long one = index.version();
        index.remove("", pattern("b:*"), "one");
        index.remove("x", pattern("a:*"), "one");
        index.find(new ChannelId("", "a:b"));

        assertThat(one).isNotEqualTo(empty);
        assertThat(index.version()).isEqualTo(one);
        index.remove("", pattern("a:*"), "one");
        assertThat(index.version()).isNotEqualTo(one);
    }

    @Test
    void aRandomIndexAgreesWithARegularExpressionPerPattern() {
        Random random = new Random(7);
        String[] segments = {"a", "b", "c", "*", ""};
        Map<String, Pattern> naive = new HashMap<>();
        for (int step = 0; step < 4_000; step++) {
            String text = randomName(random, segments);
            if (ChannelPattern.isValid(text)) {
                if (random.nextInt(3) > 0) {
                    index.add("", pattern(text), text);
                    naive.put(text, Pattern.compile(regex(text)));
                } else {
                    index.remove("", pattern(text), text);
                    naive.remove(text);
                }
            }
            String name = randomName(random, new String[] {"a", "b", "c", "x", ""});
            if (ChannelId.isValidName(name)) {
                List<String> expected = new ArrayList<>();
                naive.forEach((known, regex) -> {
                    if (matches(regex, known, name)) {
                        expected.add(known);
                    }
                });
                assertThat(index.find(new ChannelId("", name)))
                        .as("patterns that match " + name)
                        .containsExactlyInAnyOrderElementsOf(expected);
                assertThat(index.size()).isEqualTo(naive.size());
            }
        }
    }

    private static boolean matches(Pattern regex, String pattern, String name) {
        return name.startsWith("$") == pattern.startsWith("$")
                && regex.matcher(name).matches();
    }

    private static String randomName(Random random, String[] segments) {
        StringBuilder name =
                new StringBuilder(random.nextInt(10) == 0 ? "$s" : segments[random.nextInt(segments.length)]);
        for (int more = random.nextInt(4); more > 0; more--) {
            name.append(":./".charAt(random.nextInt(5) % 3)).append(segments[random.nextInt(segments.length)]);
        }
        return name.toString();
    }

    /** What a pattern means, said in the shortest way. */
    private static String regex(String pattern) {
        boolean open = pattern.equals("*") || pattern.endsWith(":*");
        String closed = open ? pattern.substring(0, pattern.length() - 1) : pattern;
        return closed.replace(".", "\\.").replace("$", "\\$").replace("*", "[^:./]*") + (open ? ".*" : "");
    }

    @Test
    void whenEverybodyHasLeftNothingIsLeftBehind() throws ReflectiveOperationException {
        Random random = new Random(11);
        List<Runnable> leaving = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String text = randomName(random, new String[] {"a", "b", "*", "d"});
            if (ChannelPattern.isValid(text)) {
                String tenant = "t" + i % 3;
                String subscriber = "s" + i;
                index.add(tenant, pattern(text), subscriber);
                leaving.add(() -> index.remove(tenant, pattern(text), subscriber));
            }
        }

        leaving.forEach(Runnable::run);

        var tenants = PatternIndex.class.getDeclaredField("tenants");
        tenants.setAccessible(true);
        assertThat((Map<?, ?>) tenants.get(index)).isEmpty();
        assertThat(index.size()).isZero();
    }
}
