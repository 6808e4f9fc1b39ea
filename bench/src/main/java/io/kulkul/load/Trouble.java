package io.kulkul.load;

import java.util.ArrayList;
import java.util.List;

/** The first few things that went wrong, in words, and how many there were. Thread-safe. */
final class Trouble {

    private static final int KEPT = 5;

    private final List<String> first = new ArrayList<>();
    private long count;

    synchronized void add(String what) {
        count++;
        if (first.size() < KEPT && !first.contains(what)) {
            first.add(what);
        }
    }

    synchronized List<String> first() {
        return List.copyOf(first);
    }

    synchronized long count() {
        return count;
    }
}
