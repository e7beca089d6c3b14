package io.weir.appliance.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.demo.Demo;
import io.weir.appliance.demo.NodeStarter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** The demonstration's verdict, with kernel NAT in the node; the launcher's own run is tested elsewhere. */
class DemoTest {
    private final ByteArrayOutputStream report = new ByteArrayOutputStream();

    private int demonstrate(NodeStarter starter) {
        Contender.NFTABLES.require();
        return Demo.run(starter, new PrintStream(report, true, UTF_8));
    }

    @Test
    void shouldEndWithZeroWhenEveryCheckHolds() {
        int status = demonstrate(bed -> {
            NftablesNode.start(bed);
            return "kernel NAT is ready";
        });
        String text = report.toString(UTF_8);
        assertEquals(0, status, text);
        assertFalse(text.contains("FAILED"), text);
        assertEquals(9, text.lines().filter(line -> line.startsWith("  ok ")).count(), text);
        assertTrue(text.lines().anyMatch(line -> line.matches(" +a +172.16.0.2:80 +1 +100 +33.3 %")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches(" +b +172.16.0.3:8000 +2 +200 +66.7 %")), text);
    }

    @Test
    void shouldEndWithOneAndNameTheCheckWhenSomethingDoesNotHold() {
        int status = demonstrate(bed -> {
            NftablesNode.start(bed);
            bed.node().run("nft", "add rule ip balancer forward-to-servers tcp dport 81 dnat to 172.16.0.2:80");
            return "kernel NAT is ready, with a fault";
        });
        String text = report.toString(UTF_8);
        assertEquals(1, status, text);
        assertTrue(text.contains("FAILED  port 81 refused"), text);
        assertEquals(8, text.lines().filter(line -> line.startsWith("  ok ")).count(), text);
    }

    @Test
    void shouldEndWithOneWhenTheNodeDoesNotStart() {
        int status = demonstrate(bed -> {
            throw new IllegalStateException("the node says why");
        });
        String text = report.toString(UTF_8);
        assertEquals(1, status, text);
        assertTrue(text.contains("the node says why"), text);
    }
}
