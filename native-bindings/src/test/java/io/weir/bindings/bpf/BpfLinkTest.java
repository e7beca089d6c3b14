package io.weir.bindings.bpf;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Errno;
import io.weir.bindings.NamespaceThread;
import io.weir.bindings.NativeException;
import io.weir.bindings.bpf.BpfLink.XdpMode;
import io.weir.bindings.netlink.Link;
import io.weir.bindings.netlink.RouteNetlink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BpfLinkTest {
    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;
    private static final int XDP_TX = 3;

    private NamespaceThread namespace;
    private RouteNetlink netlink;
    private int index;

    @BeforeEach
    void make() {
        namespace = new NamespaceThread();
        namespace.sh("ip link add v0 type veth peer name v1");
        namespace.sh("ip link set v0 up");
        namespace.sh("ip link set v1 up");
        netlink = namespace.call(RouteNetlink::open);
        index = link().index();
    }

    @AfterEach
    void remove() {
        if (netlink != null) {
            netlink.close();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    @Test
    void shouldAttachXdpUntilItIsClosed() {
        for (XdpMode mode : XdpMode.values()) {
            try (BpfProgram pass = xdp(XDP_PASS);
                    BpfLink link = attach(pass, mode)) {
                int first = link().xdpProgram();
                assertNotEquals(0, first);
                assertTrue(link.toString().contains(mode.name()));
                try (BpfProgram drop = xdp(XDP_DROP)) {
                    link.replace(drop);
                }
                assertNotEquals(first, link().xdpProgram());
            }
            assertEquals(0, link().xdpProgram());
        }
    }

    @Test
    void shouldSayThatAnotherProgramIsAttached() {
        try (BpfProgram program = xdp(XDP_PASS);
                BpfLink first = attach(program, XdpMode.NATIVE)) {
            for (XdpMode mode : XdpMode.values()) {
                NativeException e = assertThrows(NativeException.class, () -> attach(program, mode));
                assertTrue(e.getMessage().contains("another XDP program is attached"), first + ": " + e.getMessage());
            }
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheDriverCannot() {
        namespace.sh("ip link set v0 mtu 9000");
        namespace.sh("ip link set v1 mtu 9000");
        try (BpfProgram program = xdp(XDP_PASS)) {
            NativeException e = assertThrows(NativeException.class, () -> attach(program, XdpMode.NATIVE));
            assertTrue(e.getMessage().contains("lower its MTU"), e.getMessage());
        }
    }

    @Test
    void shouldAttachTcxUntilItIsClosed() {
        BpfAssembler a = new BpfAssembler().mov(R0, -1).exit();
        try (BpfProgram program = BpfProgram.load(BpfProgram.Type.SCHED_CLS, "test_tcx", a.assemble())) {
            try (BpfLink one = namespace.call(() -> BpfLink.attachTcxIngress(program, index));
                    BpfLink two = namespace.call(() -> BpfLink.attachTcxIngress(copy(program), index))) {
                assertNotEquals(one.fd(), two.fd());
            }
            NativeException e = assertThrows(
                    NativeException.class, () -> namespace.call(() -> BpfLink.attachTcxIngress(program, 9999)));
            assertEquals(Errno.ENODEV, e.errno());
        }
    }

    @Test
    void shouldSendLiveFrames() {
        byte[] frame = new byte[60];
        Arrays.fill(frame, 0, 6, (byte) 0xff);
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xb5;
        // a veth takes redirected frames when its peer has a program too
        try (BpfProgram transmit = xdp(XDP_TX);
                BpfProgram drop = xdp(XDP_DROP);
                BpfLink here = attach(transmit, XdpMode.NATIVE);
                BpfLink there = namespace.call(() ->
                        BpfLink.attachXdp(drop, netlink.link("v1").orElseThrow().index(), XdpMode.NATIVE))) {
            long before = sent();
            namespace.call(() -> {
                transmit.runLive(frame, index, 0, 10_000, 64);
                return null;
            });
            assertTrue(sent() - before >= 10_000, () -> sent() - before + " frames left " + here + ", to " + there);
            NativeException e = assertThrows(
                    NativeException.class,
                    () -> namespace.call(() -> {
                        transmit.runLive(frame, index, 99, 1, 64);
                        return null;
                    }));
            assertTrue(e.getMessage().contains("a receive queue that exists"), e.getMessage());
        }
    }

    private Link link() {
        return netlink.link("v0").orElseThrow();
    }

    private BpfLink attach(BpfProgram program, XdpMode mode) {
        return namespace.call(() -> BpfLink.attachXdp(program, index, mode));
    }

    private long sent() {
        String counters = namespace.call(() -> Files.readString(Path.of("/proc/thread-self/net/dev")));
        String line = counters.lines()
                .filter(l -> l.strip().startsWith("v0:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.substring(line.indexOf(':') + 1).strip().split(" +")[9]);
    }

    private static BpfProgram xdp(int verdict) {
        return BpfProgram.load(
                BpfProgram.Type.XDP,
                "test_xdp",
                new BpfAssembler().mov(R0, verdict).exit().assemble());
    }

    private static BpfProgram copy(BpfProgram program) {
        return BpfProgram.load(
                program.type(),
                program.name(),
                new BpfAssembler().mov(R0, -1).exit().assemble());
    }
}
