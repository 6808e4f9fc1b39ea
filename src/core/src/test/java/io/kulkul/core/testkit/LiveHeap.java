package io.kulkul.core.testkit;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Weighs what the heap holds that is still in use, by HotSpot's histogram of classes: exact to the byte, because the garbage is collected
 * before, and the same on a slow machine.
 */
public final class LiveHeap {

    private LiveHeap() {}

    /** The bytes of all objects that are in use. */
    public static long bytes() {
        String histogram;
        try {
            histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new AssertionError("this JVM has no histogram of classes", e);
        }
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 3 && words[0].equals("Total"))
                .mapToLong(words -> Long.parseLong(words[2]))
                .sum();
    }
}
