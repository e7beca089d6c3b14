package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({ // RFC 5952, sections 1 to 4
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8:0:0:1::1, 2001:db8::1:0:0:1",
        "2001:db8:aaaa:bbbb:cccc:dddd::1, 2001:db8:aaaa:bbbb:cccc:dddd:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:0:0:0:0:0:0, ::",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:c000:201, 192.0.2.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
    })
    void shouldWriteCanonicalText(String text, String canonical) {
        assertEquals(canonical, IpAddress.parse(text).toString());
        assertEquals(IpAddress.parse(text), IpAddress.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.04",
                "1.2.3.4 ",
                "1..2.3",
                "1.2.3.",
                ".1.2.3",
                "1.2.3.-4",
                "0x1.2.3.4",
                "1.2.3.4/8",
                "localhost",
                "example.org",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "g::",
                "fe80::1%eth0",
                "[::1]",
                "::1:",
                ":1::",
                "1:2:3:4:5:6:7::8",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "٣.2.3.4",
                "::٣",
                "1.2.3.1234567890123"
            })
    void shouldRefuseEverythingElse(String text) {
        final IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
        assertTrue(e.getMessage().contains("'" + text + "'"), e.getMessage());
    }

    @Test
    void shouldAgreeWithPlatformOnRandomAddresses() throws UnknownHostException {
        final SplittableRandom random = Seeded.random("addresses");
        for (int i = 0; i < 20_000; i++) {
            final long hi = random.nextLong() & sparse(random);
            final long lo = random.nextLong() & sparse(random);
            final IpAddress address = new IpAddress(hi, lo);
            final byte[] bytes = ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
            final InetAddress platform = InetAddress.getByAddress(bytes);
            assertEquals(address, IpAddress.parse(platform.getHostAddress()));
            assertEquals(platform, InetAddress.getByName(address.toString()));
            assertEquals(address, IpAddress.parse(address.toString()));
        }
    }

    /** Masks that leave many groups zero. */
    private static long sparse(SplittableRandom random) {
        long mask = 0;
        for (int group = 0; group < 4; group++) {
            mask = mask << 16 | (random.nextBoolean() ? 0xffff : random.nextBoolean() ? 0xf : 0);
        }
        return mask;
    }

    @Test
    void shouldTellFamiliesAndKinds() {
        assertTrue(IpAddress.parse("10.0.0.1").isV4());
        assertEquals(0x0a00_0001, IpAddress.parse("10.0.0.1").v4());
        assertEquals(IpAddress.ofV4(0xffff_fffe), IpAddress.parse("255.255.255.254"));
        assertTrue(IpAddress.parse("::ffff:10.0.0.1").isV4Mapped());
        assertFalse(IpAddress.parse("::10.0.0.1").isV4());
        assertFalse(IpAddress.parse("2001:db8::1").isV4());
        assertTrue(IpAddress.parse("::").isUnspecified());
        assertTrue(IpAddress.parse("0.0.0.0").isUnspecified());
        assertTrue(IpAddress.parse("224.0.0.18").isMulticast());
        assertTrue(IpAddress.parse("255.255.255.255").isMulticast());
        assertTrue(IpAddress.parse("ff02::12").isMulticast());
        assertFalse(IpAddress.parse("223.255.255.255").isMulticast());
        assertTrue(IpAddress.parse("127.1.2.3").isLoopback());
        assertTrue(IpAddress.parse("::1").isLoopback());
        assertTrue(IpAddress.parse("9.0.0.1").compareTo(IpAddress.parse("200.0.0.1")) < 0);
        assertTrue(IpAddress.parse("200.0.0.1").compareTo(IpAddress.parse("fe80::1")) < 0);
    }

    @ParameterizedTest
    @CsvSource({"202.103.106.5:80", "[2001:db8::5]:443", "[::1]:0", "0.0.0.0:65535"})
    void shouldReadAndWriteEndpoints(String text) {
        assertEquals(text, Endpoint.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "1.2.3.4",
                "1.2.3.4:",
                "1.2.3.4:65536",
                "1.2.3.4:-1",
                "1.2.3.4:080",
                "1.2.3.4:+80",
                "1.2.3.4:8 ",
                "2001:db8::5:443",
                "[2001:db8::5]",
                "[1.2.3.4]:80",
                "[::1:80",
                "::1]:80",
                "1.2.3.4:99999999999"
            })
    void shouldRefuseBadEndpoints(String text) {
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text));
    }
}
