package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.EthtoolOffloads.Offload;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class DeviceFactsTest {
    @Test
    void shouldTellWhatIpAndEthtoolTellWhenAskedForAVethDevice() throws Exception {
        Requires.root();
        Requires.tool("ip");
        FutureTask<Void> task = new FutureTask<>(() -> {
            NetworkNamespace.enterNew();
            ip(
                    "link add name left address 02:00:00:00:00:07 mtu 1400 numrxqueues 2 numtxqueues 2 type veth peer name right");
            DeviceFacts down = DeviceFacts.of("left");
            assertFalse(down.up());
            assertEquals("left", down.name());
            assertEquals(1400, down.mtu());
            assertEquals(0x02_00_00_00_00_07L, down.mac());
            assertEquals("veth", down.driver());
            assertEquals(2, down.rxQueues());
            assertTrue(down.txChecksum());
            assertTrue(down.segmentation());
            assertFalse(down.gro());
            ip("link set left up");
            EthtoolOffloads.disableAll("left");
            EthtoolOffloads.set("left", Offload.GENERIC_RECEIVE, true);
            DeviceFacts up = DeviceFacts.of("left");
            assertTrue(up.up());
            assertFalse(up.txChecksum());
            assertFalse(up.segmentation());
            assertTrue(up.gro());
            assertEquals(down.index(), up.index());
            return null;
        });
        Thread.ofPlatform().start(task);
        task.get();
    }

    @Test
    void shouldNameTheDeviceWhenThereIsNone() {
        NativeException e = assertThrows(NativeException.class, () -> DeviceFacts.of("nosuch0"));
        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains("nosuch0"), e.getMessage());
    }

    @Test
    void shouldKnowLoopbackWhichHasNoQueuesOfItsOwn() {
        DeviceFacts loopback = DeviceFacts.of("lo");
        assertEquals(1, loopback.rxQueues());
        assertEquals(1, loopback.index());
    }

    private static void ip(String arguments) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder(("ip " + arguments).split(" "))
                        .inheritIO()
                        .start()
                        .waitFor());
    }
}
