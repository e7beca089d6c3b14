package io.weir.bindings.raw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Errno;
import io.weir.bindings.Mem;
import io.weir.bindings.NamespaceThread;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.PollSet;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Raw sockets on both ends of a wire. */
class RawSocketTest {
    private static final int PROTOCOL = 112;
    private static final int TIMEOUT_MS = 10_000;
    private static final long GROUP_V4 = v4(224, 0, 0, 18);
    private static final long GROUP_V6_HI = 0xff02_0000_0000_0000L;
    private static final long GROUP_V6_LO = 0x12;
    private static final long LINK_LOCAL = 0xfe80_0000_0000_0000L;
    private static final byte[] PAYLOAD = HexFormat.of().parseHex("31339602000a1215c000020ac000020b");

    private NamespaceThread left;
    private NamespaceThread right;
    private NativeBlock block;

    private static long v4(int a, int b, int c, int d) {
        return 0xffff_0000_0000L | a << 24 & 0xffff_ffffL | b << 16 | c << 8 | d;
    }

    @BeforeEach
    void wire() {
        left = new NamespaceThread();
        right = new NamespaceThread();
        left.sh("ip link add e0 type veth peer name e0 netns " + right.file());
        left.sh("ip link add other type veth peer name other netns " + right.file());
        end(left, 1);
        end(right, 2);
        block = new NativeBlock(PAYLOAD.length);
        Mem.copy(PAYLOAD, 0, block.address(), PAYLOAD.length);
    }

    private static void end(NamespaceThread namespace, int number) {
        for (String device : new String[] {"e0", "other"}) {
            namespace.sh("sysctl -qw net.ipv6.conf.%s.accept_dad=0 net.ipv6.conf.%s.addr_gen_mode=1"
                    .formatted(device, device));
            namespace.sh("ip link set " + device + " up");
        }
        namespace.sh("ip addr add 192.0.2.%d/24 dev e0".formatted(number));
        namespace.sh("ip addr add fe80::%d/64 dev e0 nodad".formatted(number));
        namespace.sh("ip addr add 198.51.100.%d/24 dev other".formatted(number));
    }

    @AfterEach
    void cut() {
        if (right != null) {
            right.close();
        }
        if (left != null) {
            left.close();
        }
        if (block != null) {
            block.close();
        }
    }

    private static RawReceiver receiver(NamespaceThread namespace, boolean v4) {
        return namespace.call(() -> RawReceiver.open(v4, PROTOCOL, DeviceFacts.of("e0")));
    }

    private static RawSender sender(NamespaceThread namespace, String device, long hi, long lo, int hopLimit) {
        return namespace.call(() -> RawSender.open(PROTOCOL, DeviceFacts.of(device), hi, lo, hopLimit));
    }

    private void send(RawSender sender, long hi, long lo) {
        assertEquals(PAYLOAD.length, sender.send(hi, lo, block.address(), PAYLOAD.length));
    }

    private static void assertReceived(RawReceiver receiver) {
        try (PollSet poll = new PollSet(receiver.fd())) {
            assertEquals(1, poll.await(TIMEOUT_MS));
        }
        assertEquals(PAYLOAD.length, receiver.receive());
        byte[] bytes = new byte[PAYLOAD.length];
        Mem.copy(receiver.payload(), bytes, 0, bytes.length);
        assertArrayEquals(PAYLOAD, bytes);
    }

    @Test
    void shouldReceiveWhatIsSentToAnIpv4Group() {
        try (RawReceiver receiver = receiver(right, true);
                RawReceiver itself = receiver(left, true);
                RawSender sender = sender(left, "e0", 0, v4(192, 0, 2, 1), 255)) {
            receiver.join(0, GROUP_V4);
            itself.join(0, GROUP_V4);
            assertEquals(-Errno.EAGAIN, receiver.receive());
            send(sender, 0, GROUP_V4);
            assertReceived(receiver);
            assertEquals(v4(192, 0, 2, 1), receiver.sourceLo());
            assertEquals(GROUP_V4, receiver.destinationLo());
            assertEquals(0, receiver.sourceHi() | receiver.destinationHi());
            assertEquals(255, receiver.hopLimit());
            assertEquals(-Errno.EAGAIN, receiver.receive());
            assertEquals(-Errno.EAGAIN, itself.receive(), "a sender does not hear itself");
        }
    }

    @Test
    void shouldReceiveWhatIsSentToAnIpv6Group() {
        try (RawReceiver receiver = receiver(right, false);
                RawReceiver itself = receiver(left, false);
                RawSender sender = sender(left, "e0", LINK_LOCAL, 1, 255)) {
            receiver.join(GROUP_V6_HI, GROUP_V6_LO);
            itself.join(GROUP_V6_HI, GROUP_V6_LO);
            send(sender, GROUP_V6_HI, GROUP_V6_LO);
            assertReceived(receiver);
            assertEquals(LINK_LOCAL, receiver.sourceHi());
            assertEquals(1, receiver.sourceLo());
            assertEquals(GROUP_V6_HI, receiver.destinationHi());
            assertEquals(GROUP_V6_LO, receiver.destinationLo());
            assertEquals(255, receiver.hopLimit());
            assertEquals(-Errno.EAGAIN, itself.receive(), "a sender does not hear itself");
        }
    }

    @Test
    void shouldReceiveWhatIsSentToTheHost() {
        try (RawReceiver four = receiver(right, true);
                RawReceiver six = receiver(right, false);
                RawSender senderV4 = sender(left, "e0", 0, v4(192, 0, 2, 1), 64);
                RawSender senderV6 = sender(left, "e0", LINK_LOCAL, 1, 7)) {
            send(senderV4, 0, v4(192, 0, 2, 2));
            assertReceived(four);
            assertEquals(64, four.hopLimit());
            assertEquals(v4(192, 0, 2, 2), four.destinationLo());
            send(senderV6, LINK_LOCAL, 2);
            assertReceived(six);
            assertEquals(7, six.hopLimit());
            assertEquals(2, six.destinationLo());
        }
    }

    @Test
    void shouldNotReceiveWhatComesByAnotherDeviceOrToAGroupThatItDidNotJoin() {
        try (RawReceiver receiver = receiver(right, true);
                RawSender other = sender(left, "other", 0, v4(198, 51, 100, 1), 255);
                RawSender sender = sender(left, "e0", 0, v4(192, 0, 2, 1), 255)) {
            receiver.join(0, GROUP_V4);
            send(other, 0, GROUP_V4);
            send(sender, 0, v4(224, 0, 0, 19));
            send(sender, 0, v4(192, 0, 2, 2)); // after both
            assertReceived(receiver);
            assertEquals(v4(192, 0, 2, 2), receiver.destinationLo());
            assertEquals(-Errno.EAGAIN, receiver.receive());
        }
    }

    @Test
    void shouldSayWhyItCannotSendFromAForeignAddress() {
        NativeException e = assertThrows(
                NativeException.class,
                () -> sender(left, "e0", 0, v4(192, 0, 2, 77), 255).close());
        assertEquals(Errno.EADDRNOTAVAIL, e.errno());
    }
}
