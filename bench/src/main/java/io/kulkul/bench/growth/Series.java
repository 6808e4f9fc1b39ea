package io.kulkul.bench.growth;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a plot.
 *
 * @param name for the legend
 * @param points in the order of x
 */
record Series(String name, List<Point> points) {

    Series(String name) {
        this(name, new ArrayList<>());
    }

    void add(double x, double y) {
        points.add(new Point(x, y));
    }

    /** A measured value. */
    record Point(double x, double y) {}
}
