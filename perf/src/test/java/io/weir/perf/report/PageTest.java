package io.weir.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.report.Plot.Axis;
import io.weir.perf.report.Plot.Bar;
import io.weir.perf.report.Plot.Bars;
import io.weir.perf.report.Plot.Lines;
import io.weir.perf.report.Plot.Part;
import io.weir.perf.report.Plot.Series;
import io.weir.perf.result.Curve;
import io.weir.perf.result.Machine;
import io.weir.perf.result.Row;
import io.weir.perf.result.Run;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Documents and the drawings in them. */
final class PageTest {
    private static final Pattern SVG = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

    private static Document parse(String xml) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml)));
        } catch (Exception e) {
            throw new AssertionError(xml, e);
        }
    }

    private static double attribute(NodeList nodes, int i, String name) {
        return Double.parseDouble(((Element) nodes.item(i)).getAttribute(name));
    }

    @Test
    void shouldDrawBarsInProportion() {
        Document svg = parse(new Bars(
                        "a < b & \"c\"",
                        List.of(
                                new Bar("", "one", List.of(new Part("p", 10, 0)), "10"),
                                new Bar("group", "two", List.of(new Part("p", 5, 0), new Part("q", 15, 1)), "20")))
                .svg());
        NodeList rectangles = svg.getElementsByTagName("rect");
        int legend = 2;
        assertEquals(legend + 3, rectangles.getLength());
        double ten = attribute(rectangles, legend, "width");
        assertEquals(ten / 2, attribute(rectangles, legend + 1, "width"), 0.1);
        assertEquals(ten * 1.5, attribute(rectangles, legend + 2, "width"), 0.1);
        assertEquals(attribute(rectangles, legend + 1, "x") + ten / 2, attribute(rectangles, legend + 2, "x"), 0.1);
        assertEquals("a < b & \"c\"", svg.getElementsByTagName("title").item(0).getTextContent());
    }

    @Test
    void shouldDrawBarsOfNothing() {
        parse(new Bars("nothing", List.of(new Bar("", "none", List.of(new Part("p", 0, 0)), "0"))).svg());
    }

    @Test
    void shouldPutPercentilesAtEqualDistancesPerNine() {
        Document svg = parse(new Lines(
                        "latency",
                        new Axis("percentile", Scale.NINES),
                        new Axis("us", Scale.LOG),
                        List.of(new Series(
                                "s", 0, false, List.of(0.0, 90.0, 99.0, 99.9), List.of(1.0, 10.0, 100.0, 1000.0))))
                .svg());
        String[] points = ((Element) svg.getElementsByTagName("polyline").item(0))
                .getAttribute("points")
                .split("[ ,]");
        double step = Double.parseDouble(points[2]) - Double.parseDouble(points[0]);
        double rise = Double.parseDouble(points[3]) - Double.parseDouble(points[1]);
        for (int i = 0; i < 6; i += 2) {
            assertEquals(step, Double.parseDouble(points[i + 2]) - Double.parseDouble(points[i]), 0.15);
            assertEquals(rise, Double.parseDouble(points[i + 3]) - Double.parseDouble(points[i + 1]), 0.15);
        }
        assertTrue(rise < 0, "larger values lie higher");
    }

    @Test
    void shouldMarkAxesAtRoundNumbers() {
        assertEquals(List.of(0.0, 20.0, 40.0, 60.0, 80.0), Scale.LINEAR.marks(0, 93));
        assertEquals(List.of(0.1, 1.0, 10.0, 100.0), rounded(Scale.LOG.marks(0.05, 200)));
        assertEquals(List.of(10.0, 20.0, 50.0, 100.0), rounded(Scale.LOG.marks(9, 100)));
        assertEquals(List.of(0.0, 50.0, 90.0, 99.0, 99.9), Scale.NINES.marks(0, 99.95));
    }

    private static List<Double> rounded(List<Double> values) {
        return values.stream().map(value -> Math.round(value * 1e6) / 1e6).toList();
    }

    @Test
    void shouldDrawALineOfOnePointAndOfEqualPoints() {
        parse(new Lines(
                        "one",
                        new Axis("x", Scale.LINEAR),
                        new Axis("y", Scale.LINEAR),
                        List.of(new Series("s", 0, false, List.of(3.0), List.of(0.0))))
                .svg());
        parse(new Lines(
                        "log",
                        new Axis("x", Scale.LOG),
                        new Axis("y", Scale.LOG),
                        List.of(new Series("s", 0, true, List.of(2.0, 2.0), List.of(0.0, 0.0))))
                .svg());
    }

    private static Run run(String benchmark, Row... rows) {
        Machine machine = new Machine("cpu <1>", 2, 24, "Linux", "Debian", "25");
        return new Run(
                benchmark,
                "./weir bench " + benchmark,
                "2026-01-01T00:00:00Z",
                machine,
                List.of("n & m"),
                List.of(rows));
    }

    private static List<Run> runs() {
        Row latency = Row.of("half", "weir af_xdp")
                .with("rate", 1000)
                .metric("p50", 12, "us")
                .curve(Curve.of("latency", "percentile", "latency [us]", new double[] {0, 99}, new double[] {10, 40}))
                .build();
        return List.of(
                run(
                        "pipeline",
                        Row.of("floor-parse", "weir")
                                .with("ip", 4)
                                .with("flows", 64)
                                .metric("packet", 10, "ns")
                                .metric("ratio to floor", 1, "")
                                .build(),
                        Row.of("nat-connection", "weir")
                                .with("ip", 4)
                                .with("flows", 64)
                                .metric("packet", 60, "ns")
                                .metric("ratio to floor", 6, "")
                                .metric("connections", 2_380_952, "1/s")
                                .build()),
                run(
                        "scaling",
                        Row.of("scaling", "measured")
                                .with("workers", 1)
                                .with("hand-off", 0)
                                .metric("throughput", 9, "Mpps")
                                .metric("packet", 111, "ns")
                                .build(),
                        Row.of("scaling", "measured")
                                .with("workers", 2)
                                .with("hand-off", 0)
                                .metric("throughput", 17, "Mpps")
                                .metric("packet", 117, "ns")
                                .build(),
                        Row.of("scaling", "model")
                                .with("workers", 64)
                                .with("hand-off", 0)
                                .metric("throughput", 400, "Mpps")
                                .metric("packet", 160, "ns")
                                .build()),
                run(
                        "veth",
                        Row.of("throughput", "weir af_xdp")
                                .metric("delivered", 0.5, "Mpps")
                                .metric("cpu", 1900, "ns")
                                .build(),
                        latency,
                        Row.skipped("throughput", "nftables", "needs the program <nft>")),
                run("something", Row.of("a", "b").metric("m", 1, "").build()));
    }

    @Test
    void shouldWriteAPageThatNeedsNothingElse() {
        String html = Page.html(runs());
        Matcher drawings = SVG.matcher(html);
        int count = 0;
        while (drawings.find()) {
            parse(drawings.group());
            count++;
        }
        assertEquals(8, count, "three of pipeline, two of scaling, three of veth");
        assertTrue(html.contains("nat-connection 4 64") && html.contains("2,380,952 1/s"), "its bar");
        assertTrue(html.contains("skipped: needs the program &lt;nft&gt;"));
        assertFalse(
                Pattern.compile("<script|<link|src=|href=|url\\(").matcher(html).find());
        parse(html.replaceFirst("<!DOCTYPE html>\n", ""));
        assertTrue(html.contains("stroke-dasharray") && html.contains("l s0 dash"), "a model's line is dashed");
    }

    @Test
    void shouldWriteChaptersInOrder() {
        String text = Page.markdown(runs());
        int scaling = text.indexOf("## More workers");
        int veth = text.indexOf("## Packets through a machine");
        int unknown = text.indexOf("## something");
        assertTrue(scaling > 0 && scaling < veth && veth < unknown, text);
        assertTrue(text.contains("* n & m\n"));
        assertTrue(text.contains("| scaling | model | 64 | 0 | 400 | 160 |"), text);
        assertTrue(text.contains("* throughput, nftables: skipped: needs the program <nft>\n"));
    }
}
