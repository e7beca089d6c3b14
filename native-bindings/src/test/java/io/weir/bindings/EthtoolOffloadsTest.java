package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.EthtoolOffloads.Offload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class EthtoolOffloadsTest {
    @Test
    void shouldAgreeWithTheCompilerWhenItsHeadersAreAsked() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("SIOCETHTOOL", (long) EthtoolAbi.SIOCETHTOOL);
        java.put("IFNAMSIZ", (long) EthtoolAbi.IFNAMSIZ);
        java.put("sizeof(struct ifreq)", (long) EthtoolAbi.IFREQ_SIZE);
        java.put("offsetof(struct ifreq, ifr_name)", (long) EthtoolAbi.IFREQ_NAME);
        java.put("offsetof(struct ifreq, ifr_data)", (long) EthtoolAbi.IFREQ_DATA);
        java.put("sizeof(struct ethtool_value)", (long) EthtoolAbi.VALUE_SIZE);
        java.put("offsetof(struct ethtool_value, cmd)", (long) EthtoolAbi.VALUE_CMD);
        java.put("offsetof(struct ethtool_value, data)", (long) EthtoolAbi.VALUE_DATA);
        java.put("ETHTOOL_GTXCSUM", (long) EthtoolAbi.ETHTOOL_GTXCSUM);
        java.put("ETHTOOL_STXCSUM", (long) EthtoolAbi.ETHTOOL_STXCSUM);
        java.put("ETHTOOL_GTSO", (long) EthtoolAbi.ETHTOOL_GTSO);
        java.put("ETHTOOL_STSO", (long) EthtoolAbi.ETHTOOL_STSO);
        java.put("ETHTOOL_GGSO", (long) EthtoolAbi.ETHTOOL_GGSO);
        java.put("ETHTOOL_SGSO", (long) EthtoolAbi.ETHTOOL_SGSO);
        java.put("ETHTOOL_GGRO", (long) EthtoolAbi.ETHTOOL_GGRO);
        java.put("ETHTOOL_SGRO", (long) EthtoolAbi.ETHTOOL_SGRO);
        java.put("CLONE_NEWNET", (long) NetworkNamespace.CLONE_NEWNET);
        CompilerFacts.assertSame(List.of("net/if.h", "linux/ethtool.h", "linux/sockios.h", "linux/sched.h"), java);
    }

    @Test
    void shouldSwitchEveryOffloadOfADeviceWhenInItsNamespace() throws Exception {
        Requires.root();
        Requires.tool("ip");
        inNewNamespace(() -> {
            assertEquals(
                    0,
                    new ProcessBuilder("ip", "link", "add", "name", "left", "type", "veth", "peer", "name", "right")
                            .inheritIO()
                            .start()
                            .waitFor());
            for (Offload offload : Offload.values()) {
                EthtoolOffloads.set("left", offload, true);
                assertTrue(EthtoolOffloads.isOn("left", offload), offload.name());
            }
            EthtoolOffloads.disableAll("left");
            for (Offload offload : Offload.values()) {
                assertFalse(EthtoolOffloads.isOn("left", offload), offload.name());
            }
            assertTrue(EthtoolOffloads.isOn("right", Offload.TX_CHECKSUM));
            return null;
        });
    }

    @Test
    void shouldNameTheDeviceAndTheCauseWhenThereIsNone() throws Exception {
        Requires.root();
        inNewNamespace(() -> {
            NativeException e = assertThrows(NativeException.class, () -> EthtoolOffloads.disableAll("nowhere0"));
            assertEquals(Errno.ENODEV, e.errno());
            assertTrue(e.getMessage().contains("nowhere0"), e.getMessage());
            return null;
        });
    }

    @Test
    void shouldRefuseANameThatDoesNotFitWhenItIsTooLong() {
        assertThrows(IllegalArgumentException.class, () -> EthtoolOffloads.disableAll("sixteen-letters-"));
    }

    private static void inNewNamespace(Callable<Void> task) throws Exception {
        FutureTask<Void> future = new FutureTask<>(() -> {
            NetworkNamespace.enterNew();
            return task.call();
        });
        Thread.ofPlatform().start(future);
        future.get();
    }
}
