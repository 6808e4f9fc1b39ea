package io.kulkul.bench.growth;

import java.util.List;
import java.util.Locale;

/**
 * Draws panels above each other that share the horizontal axis, as SVG that can be read on a light and on a dark page.
 *
 * @param title above all
 * @param horizontal what the horizontal axis is
 * @param logarithmic whether its steps are factors of ten
 * @param panels from the top
 * @param note below all
 */
record Plot(String title, String horizontal, boolean logarithmic, List<Panel> panels, String note) {

    private static final int WIDTH = 760;
    private static final int LEFT = 70;
    private static final int RIGHT = 24;
    private static final int TOP = 54;
    private static final int PANEL = 210;
    private static final int GAP = 56;
    private static final int BOTTOM = 84;
    private static final int LINES = 4;
    private static final String HEAD = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 WIDTH HEIGHT" width="WIDTH" height="HEIGHT" role="img">
            <title>TITLE</title>
            <style>
              svg { --ink: #1f2328; --faint: #d0d7de; --c0: #0550ae; --c1: #bc4c00; --c2: #1a7f37; background: transparent }
              @media (prefers-color-scheme: dark) {
                svg { --ink: #e6edf3; --faint: #3d444d; --c0: #79c0ff; --c1: #ffa657; --c2: #7ee787 }
              }
              text { font: 13px system-ui, sans-serif; fill: var(--ink) }
              .title { font-size: 16px; font-weight: 600 }
              .small { font-size: 11px }
              .grid { stroke: var(--faint); stroke-width: 1 }
              .axis { stroke: var(--ink); stroke-width: 1.2 }
              .line { fill: none; stroke-width: 2 }
              .s0 { stroke: var(--c0) } .s1 { stroke: var(--c1) } .s2 { stroke: var(--c2) }
              .d0 { fill: var(--c0) } .d1 { fill: var(--c1) } .d2 { fill: var(--c2) }
            </style>
            """;

    Plot {
        panels = List.copyOf(panels);
    }

    /**
     * One of the panels; at most three series.
     *
     * @param vertical what its vertical axis is; it begins at 0
     */
    record Panel(String vertical, List<Series> series) {
        Panel {
            series = List.copyOf(series);
        }

        double highest() {
            double highest = series.stream()
                    .flatMap(each -> each.points().stream())
                    .mapToDouble(Series.Point::y)
                    .max()
                    .orElse(1);
            return highest <= 0 ? 1 : highest;
        }
    }

    String svg() {
        int height = TOP + panels.size() * PANEL + (panels.size() - 1) * GAP + BOTTOM;
        StringBuilder svg = new StringBuilder(HEAD.replace("WIDTH", Integer.toString(WIDTH))
                .replace("HEIGHT", Integer.toString(height))
                .replace("TITLE", escaped(title)));
        text(svg, "title", LEFT, 24, "start", title);
        for (int i = 0; i < panels.size(); i++) {
            draw(svg, panels.get(i), TOP + i * (PANEL + GAP));
        }
        int below = TOP + panels.size() * PANEL + (panels.size() - 1) * GAP;
        text(svg, "", LEFT + plotWidth() / 2.0, below + 40, "middle", horizontal);
        text(svg, "small", LEFT, height - 14, "start", note);
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg, Panel panel, int top) {
        double step = step(panel.highest());
        double highest = step * Math.ceil(panel.highest() * 1.05 / step);
        for (double value = 0; value <= highest + step / 2; value += step) {
            double y = y(value, highest, top);
            line(svg, value == 0 ? "axis" : "grid", LEFT, y, WIDTH - RIGHT, y);
            text(svg, "", LEFT - 8, y + 4, "end", number(value));
        }
        for (double tick : ticks()) {
            line(svg, "grid", x(tick), top, x(tick), top + PANEL);
            text(svg, "", x(tick), top + PANEL + 18, "middle", number(tick));
        }
        text(svg, "", LEFT, top - 10, "start", panel.vertical());
        for (int i = 0; i < panel.series().size(); i++) {
            draw(svg, panel.series().get(i), i, highest, top);
            if (panel.series().size() > 1) {
                legend(svg, panel, i, top - 10);
            }
        }
    }

    private void draw(StringBuilder svg, Series series, int color, double highest, int top) {
        StringBuilder path = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        for (Series.Point point : series.points()) {
            double x = x(point.x());
            double y = y(point.y(), highest, top);
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
            dots.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"d%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%s: %s</title></circle>%n",
                    color,
                    x,
                    y,
                    number(point.x()),
                    number(point.y())));
        }
        svg.append("<path class=\"line s")
                .append(color)
                .append("\" d=\"")
                .append(path)
                .append("\"/>\n")
                .append(dots);
    }

    private static void legend(StringBuilder svg, Panel panel, int index, int y) {
        // From the right, each as wide as its name.
        double right = WIDTH - RIGHT;
        for (int i = panel.series().size() - 1; i > index; i--) {
            right -= legendWidth(panel.series().get(i));
        }
        double left = right - legendWidth(panel.series().get(index)) + 14;
        line(svg, "line s" + index, left, y - 4, left + 16, y - 4);
        text(svg, "", left + 21, y, "start", panel.series().get(index).name());
    }

    private static double legendWidth(Series series) {
        return series.name().length() * 6.6 + 40;
    }

    private List<Double> ticks() {
        List<Double> xs = panels.stream()
                .flatMap(panel -> panel.series().stream())
                .flatMap(series -> series.points().stream())
                .map(Series.Point::x)
                .distinct()
                .sorted()
                .toList();
        if (xs.size() <= 8) {
            return xs;
        }
        double step = step(farthest());
        return java.util.stream.DoubleStream.iterate(0, value -> value <= farthest(), value -> value + step)
                .boxed()
                .toList();
    }

    private double farthest() {
        return extent(false);
    }

    private double nearest() {
        return logarithmic ? extent(true) : 0;
    }

    private double extent(boolean least) {
        java.util.DoubleSummaryStatistics xs = panels.stream()
                .flatMap(panel -> panel.series().stream())
                .flatMap(series -> series.points().stream())
                .mapToDouble(Series.Point::x)
                .summaryStatistics();
        return least ? xs.getMin() : xs.getMax();
    }

    private static int plotWidth() {
        return WIDTH - LEFT - RIGHT;
    }

    private double x(double value) {
        if (farthest() == nearest()) {
            return LEFT + plotWidth() / 2.0;
        }
        double share = logarithmic
                ? (Math.log10(value) - Math.log10(nearest())) / (Math.log10(farthest()) - Math.log10(nearest()))
                : (value - nearest()) / (farthest() - nearest());
        return LEFT + 12 + share * (plotWidth() - 24);
    }

    private static double y(double value, double highest, int top) {
        return top + PANEL - value / highest * PANEL;
    }

    /** A round number that fits about {@value #LINES} times. */
    static double step(double highest) {
        double rough = highest / LINES;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : new double[] {1, 2, 2.5, 5}) {
            if (power * factor >= rough) {
                return power * factor;
            }
        }
        return power * 10;
    }

    private static String number(double value) {
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%,.1f", value);
    }

    private static void line(StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                style,
                x1,
                y1,
                x2,
                y2));
    }

    private static void text(StringBuilder svg, String style, double x, double y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                style,
                x,
                y,
                anchor,
                escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    /** The same values as lines of comma-separated text. */
    String csv() {
        StringBuilder csv = new StringBuilder("measured,series,x,y\n");
        for (Panel panel : panels) {
            for (Series series : panel.series()) {
                for (Series.Point point : series.points()) {
                    csv.append(String.format(
                            Locale.ROOT,
                            "\"%s\",\"%s\",%.0f,%.3f%n",
                            panel.vertical(),
                            series.name(),
                            point.x(),
                            point.y()));
                }
            }
        }
        return csv.toString();
    }
}
