package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import io.weir.appliance.bed.VirtualService;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node's end: nothing stays behind after SIGTERM, and whatever SIGKILL leaves does not hinder the next start. */
abstract class LifecycleContract extends Contract {
    @BeforeEach
    final void onlyWeir() {
        assumeTrue(stage().contender().isWeir(), "kernel NAT is no process");
    }

    @Test
    void shouldStandOnTheDriverThatItWasAskedForWhenReady() {
        String ready = stage().weir().process().readyLine();
        assertTrue(ready.contains(" driver=" + stage().contender().driver() + " "), ready);
        for (String device : List.of(Bed.FRONT, Bed.BACK)) {
            String link = bed().node().run("ip", "link", "show", "dev", device);
            String flag = stage().contender().linkFlag();
            assertTrue(flag == null ? !link.contains(" xdp") : link.contains(flag), link);
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenTerminated() {
        Namespace node = bed().node();
        serves();
        assertEquals(0, stage().weir().process().terminate(), stage().node().log());
        assertClean(node);
        stage().start();
        serves();
    }

    @Test
    void shouldStartOverTheRemainsWhenKilled() {
        serves();
        stage().weir().process().kill();
        assertFalse(stage().weir().process().isAlive());
        stage().start();
        serves();
        stage().weir().process().terminate();
        assertClean(bed().node());
        stage().start();
        serves();
    }

    private void serves() {
        for (IpFamily family : IpFamily.values()) {
            String server = fetch(bed().client(), family.vip(), VirtualService.WEB, "/");
            assertTrue(List.of("a", "b").contains(server), server);
        }
    }

    private static void assertClean(Namespace node) {
        assertEquals(List.of(Bed.BACK, Bed.FRONT, "lo"), node.devices());
        String links = node.run("ip", "-d", "link", "show");
        assertFalse(links.contains("xdp"), links);
        assertFalse(links.contains("PROMISC"), links);
        for (String device : List.of(Bed.FRONT, Bed.BACK)) {
            assertEquals("", node.run("tc", "qdisc", "show", "dev", device, "clsact"));
            for (String hook : List.of("ingress", "egress")) {
                assertEquals("", node.run("tc", "filter", "show", "dev", device, hook));
            }
        }
        if (Program.attempt(List.of("bpftool", "version"), "").status() == 0) {
            String attached = node.run("bpftool", "net", "show");
            assertFalse(attached.contains(Bed.FRONT) || attached.contains(Bed.BACK), attached);
        }
    }
}
