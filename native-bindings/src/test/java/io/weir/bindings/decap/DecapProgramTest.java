package io.weir.bindings.decap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.Requires;
import io.weir.bindings.bpf.BpfProgram;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecapProgramTest {
    private static final int DROP = 1;
    private static final int PASS = 2;
    private static final String MACS = "020000000202" + "020000000201";

    /** RFC 1071 by hand over 4500 0024 0001 0000 4011 … ca64 0102 ca67 6a05, the sum 0x850a: a datagram of 8 + 8 bytes. */
    private static final String INNER4 =
            "450000240001000040117af5ca640102ca676a05" + "0d80000700100000" + "0102030405060708";

    private static final String INNER6 = "6000000000081140" + "20010db8000000000000000000000002"
            + "20010db8010600000000000000000005" + "0d80000700080000";

    private static BpfProgram program;

    @BeforeAll
    static void load() throws UnknownHostException {
        Requires.root();
        program = DecapProgram.load(
                List.of(InetAddress.getByName("172.16.0.2"), InetAddress.getByName("fd00::2")), DecapProgram.GUE_PORT);
    }

    @AfterAll
    static void unload() {
        if (program != null) {
            program.close();
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** An outer IPv4 header with a right checksum, computed here. */
    private static String outer4(int protocol, int tos, String destination, int payload) {
        ByteBuffer header = ByteBuffer.allocate(20);
        header.putShort((short) (0x4500 | tos)).putShort((short) (20 + payload)).putInt(0x1234_4000);
        header.putShort((short) (0x4000 | protocol))
                .putShort((short) 0)
                .putInt(0xac10_0001)
                .put(hex(destination));
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += header.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        header.putShort(10, (short) ~((sum & 0xffff) + (sum >>> 16)));
        return HexFormat.of().formatHex(header.array());
    }

    private static String outer4(int protocol, String payload) {
        return outer4(protocol, 0, "ac100002", payload.length() / 2) + payload;
    }

    private static String outer6(int protocol, String payload) {
        return "60000000%04x%02x40".formatted(payload.length() / 2, protocol) + "fd000000000000000000000000000001"
                + "fd000000000000000000000000000002" + payload;
    }

    private static String udp(int port, String payload) {
        return "c000%04x%04x0000".formatted(port, 8 + payload.length() / 2) + payload;
    }

    private static void assertUnwraps(String packet, String inner) {
        boolean outerV6 = packet.startsWith("6");
        String outerType = outerV6 ? "86dd" : "0800";
        String innerType = inner.startsWith("6") ? "86dd" : "0800";
        BpfProgram.Transformed plain = program.transform(hex(MACS + outerType + packet));
        assertEquals(PASS, plain.returned());
        assertEquals(MACS + innerType + inner, HexFormat.of().formatHex(plain.frame()));
        BpfProgram.Transformed tagged = program.transform(hex(MACS + "81006064" + outerType + packet));
        assertEquals(PASS, tagged.returned());
        assertEquals(MACS + "81006064" + innerType + inner, HexFormat.of().formatHex(tagged.frame()));
    }

    private static void assertLeaves(String packet) {
        byte[] frame = hex(MACS + (packet.startsWith("6") ? "86dd" : "0800") + packet);
        BpfProgram.Transformed left = program.transform(frame);
        assertEquals(PASS, left.returned());
        assertArrayEquals(frame, left.frame());
    }

    @ParameterizedTest
    @ValueSource(strings = {INNER4, INNER6})
    void shouldUnwrapEveryTunnelOfEitherFamily(String inner) {
        boolean v6 = inner.startsWith("6");
        String type = v6 ? "86dd" : "0800";
        String number = v6 ? "29" : "04";
        assertUnwraps(outer4(v6 ? 41 : 4, inner), inner);
        assertUnwraps(outer6(v6 ? 41 : 4, inner), inner);
        for (String gre : new String[] {
            "0000" + type, // RFC 2784
            "8000" + type + "abcd0000", // a checksum
            "2000" + type + "0000002a", // RFC 2890: a key
            "b000" + type + "abcd0000" + "0000002a" + "00000001"
        }) {
            assertUnwraps(outer4(47, gre + inner), inner);
            assertUnwraps(outer6(47, gre + inner), inner);
        }
        for (String gue : new String[] {"00" + number + "0000", "02" + number + "0000" + "1122334455667788", ""}) {
            assertUnwraps(outer4(17, udp(6080, gue + inner)), inner);
            assertUnwraps(outer6(17, udp(6080, gue + inner)), inner);
        }
    }

    @Test
    void shouldLeaveToTheKernelWhatIsNotForItOrNotUnderstood() {
        assertLeaves(INNER4);
        assertLeaves(INNER6);
        assertLeaves(outer4(4, 0, "ac100003", INNER4.length() / 2) + INNER4); // another destination
        assertLeaves(outer4(47, "40000800" + "00000000" + INNER4)); // GRE with a route
        assertLeaves(outer4(47, "00010800" + INNER4)); // another version
        assertLeaves(outer4(47, "00006558" + INNER4)); // Ethernet
        assertLeaves(outer4(17, udp(6081, "00040000" + INNER4)));
        assertLeaves(outer4(17, udp(6080, "20040000" + INNER4))); // a control message
        assertLeaves(outer4(17, udp(6080, "00060000" + INNER4))); // TCP
        assertLeaves(outer4(17, udp(6080, "80040000" + INNER4))); // another variant
        assertLeaves(outer4(4, INNER6)); // not what it is said to be
        assertLeaves(outer6(41, INNER4));
        assertLeaves(outer4(4, INNER4).replaceFirst("12344000", "12342000")); // a first fragment
        assertLeaves(outer4(4, INNER4).replaceFirst("12344000", "12340010")); // a later one
    }

    @Test
    void shouldCarryAMarkOfCongestionInwards() {
        for (int ecn = 0; ecn < 4; ecn++) {
            String inner = marked(ecn);
            String frame = MACS + "0800" + outer4(4, 3, "ac100002", inner.length() / 2) + inner;
            BpfProgram.Transformed got = program.transform(hex(frame));
            assertEquals(ecn == 0 ? DROP : PASS, got.returned(), "inner ECN " + ecn);
            if (ecn != 0) {
                assertEquals(MACS + "0800" + marked(3), HexFormat.of().formatHex(got.frame()));
            }
            String unmarked = MACS + "0800" + outer4(4, 2, "ac100002", inner.length() / 2) + inner;
            assertEquals(
                    MACS + "0800" + inner,
                    HexFormat.of().formatHex(program.transform(hex(unmarked)).frame()));
            String inner6 = INNER6.replaceFirst("60000000", "60%x00000".formatted(ecn));
            String frame6 = MACS + "86dd" + outer6(41, inner6).replaceFirst("60000000", "60300000");
            BpfProgram.Transformed got6 = program.transform(hex(frame6));
            assertEquals(ecn == 0 ? DROP : PASS, got6.returned(), "inner ECN " + ecn);
            if (ecn != 0) {
                assertEquals(
                        MACS + "86dd" + INNER6.replaceFirst("60000000", "60300000"),
                        HexFormat.of().formatHex(got6.frame()));
            }
        }
    }

    /** An inner header of some ECN with a right checksum. */
    private static String marked(int ecn) {
        return outer4(17, ecn, "ca676a05", 16) + INNER4.substring(40);
    }

    @Test
    void shouldLeaveWhatIsCutOff() {
        for (String packet : new String[] {
            outer4(4, INNER4),
            outer4(47, "b0000800" + "abcd0000" + "0000002a" + "00000001" + INNER4),
            outer4(17, udp(6080, "02040000" + "1122334455667788" + INNER4))
        }) {
            byte[] whole = hex(MACS + "0800" + packet);
            int innerHeader = whole.length - INNER4.length() / 2 + 20;
            for (int length = 14; length < innerHeader; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                BpfProgram.Transformed left = program.transform(cut);
                assertEquals(PASS, left.returned());
                assertArrayEquals(cut, left.frame(), "length " + length);
            }
        }
    }

    @Test
    void shouldNeverMakeAFrameLongerHoweverDamagedItIs() {
        long seed = Long.getLong("weir.test.seed", System.nanoTime());
        System.out.println("DecapProgramTest: -Dweir.test.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        String[] packets = {
            outer4(4, INNER4), outer4(47, "b0000800" + "abcd0000" + "0000002a" + "00000001" + INNER4),
            outer4(17, udp(6080, "02290000" + "1122334455667788" + INNER6)), outer6(41, INNER6)
        };
        for (int n = 0; n < 20_000; n++) {
            String packet = packets[random.nextInt(packets.length)];
            byte[] frame = hex(MACS + (packet.startsWith("6") ? "86dd" : "0800") + packet);
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                frame[random.nextInt(12, frame.length)] ^= (byte) (1 << random.nextInt(8));
            }
            BpfProgram.Transformed got = program.transform(frame);
            assertEquals(true, got.returned() == PASS || got.returned() == DROP, "verdict " + got.returned());
            assertEquals(true, got.frame().length <= frame.length);
            if (got.frame().length == frame.length) {
                assertArrayEquals(Arrays.copyOf(frame, 14), Arrays.copyOf(got.frame(), 14));
            }
        }
    }
}
