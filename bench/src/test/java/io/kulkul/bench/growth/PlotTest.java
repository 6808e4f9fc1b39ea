package io.kulkul.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Plots are SVG that a browser can read, on light and on dark pages. */
class PlotTest {

    @Test
    void everyValueHasADotAndEverySeriesALine() throws Exception {
        Document svg = parse(plot(false, 1000, 5000, 10_000));

        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(6);
        assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(2);
    }

    @Test
    void stepsOfTenAreAsFarApart() throws Exception {
        Document svg = parse(plot(true, 1, 10, 100));

        double[] xs = new double[3];
        for (int i = 0; i < 3; i++) {
            xs[i] = Double.parseDouble(svg.getElementsByTagName("circle")
                    .item(i)
                    .getAttributes()
                    .getNamedItem("cx")
                    .getNodeValue());
        }
        assertThat(xs[1] - xs[0]).isEqualTo(xs[2] - xs[1]).isPositive();
    }

    @Test
    void theColoursOfADarkPageAreOthers() {
        assertThat(plot(false, 1, 2).svg()).contains("prefers-color-scheme: dark");
    }

    @Test
    void stepsAreRound() {
        assertThat(Plot.step(4)).isEqualTo(1);
        assertThat(Plot.step(7.3)).isEqualTo(2);
        assertThat(Plot.step(430)).isEqualTo(200);
        assertThat(Plot.step(0.9)).isEqualTo(0.25);
    }

    @Test
    void theValuesAreThereAsText() {
        assertThat(plot(false, 1000, 2000).csv())
                .startsWith("measured,series,x,y\n")
                .contains("\"cost < all\",\"cpu & more\",1000,10.000");
    }

    private static Plot plot(boolean logarithmic, double... xs) {
        Series first = new Series("cpu & more");
        Series second = new Series("memory");
        for (double x : xs) {
            first.add(x, x / 100);
            second.add(x, 5);
        }
        return new Plot(
                "Cost & load",
                "connections",
                logarithmic,
                List.of(new Plot.Panel("cost < all", List.of(first)), new Plot.Panel("MiB", List.of(second))),
                "measured");
    }

    private static Document parse(Plot plot) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(plot.svg())));
    }
}
