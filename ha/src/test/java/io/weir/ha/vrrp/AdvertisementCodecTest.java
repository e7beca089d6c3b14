package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.testing.Seeded;
import io.weir.ha.HaCounter;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvertisementCodecTest {
    private static final Advertisement V4 = new Advertisement(51, 150, 10, addresses("192.0.2.10", "192.0.2.11"));
    private static final Advertisement V6 = new Advertisement(51, 150, 10, addresses("fe80::51", "2001:db8::10"));

    private final Packets packets = new Packets();

    @AfterEach
    void close() {
        packets.close();
    }

    private static List<IpAddress> addresses(String... texts) {
        return List.of(texts).stream().map(IpAddress::parse).toList();
    }

    private static byte[] written(Advertisement advertisement, IpAddress sender) {
        int length = AdvertisementCodec.length(advertisement.addresses().size(), sender.isV4());
        try (NativeBlock block = new NativeBlock(length)) {
            IpAddress group = sender.isV4() ? ReceptionRules.GROUP_V4 : ReceptionRules.GROUP_V6;
            assertEquals(length, AdvertisementCodec.write(block.address(), advertisement, sender, group));
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) Mem.getU8(block.address() + i);
            }
            return bytes;
        }
    }

    private Reception read(byte[] bytes, IpAddress sender) {
        return AdvertisementCodec.read(packets.of(bytes, sender), false);
    }

    @Test
    void shouldWriteWhatKeepalivedWritesOverIpv4() {
        assertArrayEquals(Packets.hex(Packets.KEEPALIVED_V4), written(V4, Packets.SENDER_V4));
    }

    @Test
    void shouldWriteWhatKeepalivedWritesOverIpv6() {
        assertArrayEquals(Packets.hex(Packets.KEEPALIVED_V6), written(V6, Packets.SENDER_V6));
    }

    @Test
    void shouldReadWhatKeepalivedSends() {
        assertEquals(new Reception.Heard(V4, false), read(Packets.hex(Packets.KEEPALIVED_V4), Packets.SENDER_V4));
        assertEquals(new Reception.Heard(V6, false), read(Packets.hex(Packets.KEEPALIVED_V6), Packets.SENDER_V6));
    }

    @Test
    void shouldReadWhatItWrites() {
        SplittableRandom random = Seeded.random("shouldReadWhatItWrites");
        for (int round = 0; round < 200; round++) {
            boolean v4 = random.nextBoolean();
            List<IpAddress> addresses = new ArrayList<>();
            for (int n = 1 + random.nextInt(Advertisement.MAX_ADDRESSES); n > 0; n--) {
                addresses.add(v4 ? IpAddress.ofV4(random.nextInt()) : new IpAddress(1 + random.nextLong(1L << 62), n));
            }
            Advertisement sent =
                    new Advertisement(1 + random.nextInt(255), random.nextInt(256), random.nextInt(4096), addresses);
            IpAddress sender = v4 ? Packets.SENDER_V4 : Packets.SENDER_V6;
            assertEquals(new Reception.Heard(sent, false), read(written(sent, sender), sender));
        }
    }

    @Test
    void shouldAcceptIpv4ChecksumsWithoutPseudoHeader() {
        byte[] bytes = Packets.hex(Packets.KEEPALIVED_V4);
        int sum = 0;
        bytes[6] = bytes[7] = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
        }
        int checksum = ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
        bytes[6] = (byte) (checksum >> 8);
        bytes[7] = (byte) checksum;
        assertEquals(new Reception.Heard(V4, true), read(bytes, Packets.SENDER_V4));
    }

    @Test
    void shouldIgnoreReservedBitsAndPadding() {
        byte[] bytes = Arrays.copyOf(Packets.hex(Packets.KEEPALIVED_V4), 26); // 46 bytes make a frame of 60
        bytes[4] |= (byte) 0xa0;
        int sum = (~0x1215 & 0xffff) + 0xa000; // RFC 1624, equation 3
        int checksum = ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
        bytes[6] = (byte) (checksum >> 8);
        bytes[7] = (byte) checksum;
        assertEquals(new Reception.Heard(V4, false), read(bytes, Packets.SENDER_V4));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 21, IGNORED_VERSION",
        "0, 41, IGNORED_VERSION",
        "0, 30, IGNORED_TYPE",
        "0, 32, IGNORED_TYPE",
        "3, 00, IGNORED_LENGTH",
        "3, 03, IGNORED_LENGTH",
        "3, ff, IGNORED_LENGTH",
        "3, 01, IGNORED_CHECKSUM",
        "2, 97, IGNORED_CHECKSUM",
        "6, 13, IGNORED_CHECKSUM",
        "15, 0c, IGNORED_CHECKSUM",
    })
    void shouldSayWhyItIgnoresWhenOneByteIsWrong(int at, String value, HaCounter why) {
        byte[] bytes = Packets.hex(Packets.KEEPALIVED_V4);
        bytes[at] = Packets.hex(value)[0];
        assertEquals(new Reception.Ignored(why), read(bytes, Packets.SENDER_V4));
    }

    @Test
    void shouldIgnoreWhatIsCutOffAnywhere() {
        for (String text : List.of(Packets.KEEPALIVED_V4, Packets.KEEPALIVED_V6)) {
            byte[] whole = Packets.hex(text);
            IpAddress sender = text.equals(Packets.KEEPALIVED_V4) ? Packets.SENDER_V4 : Packets.SENDER_V6;
            for (int length = 0; length < whole.length; length++) {
                assertEquals(
                        new Reception.Ignored(HaCounter.IGNORED_LENGTH), read(Arrays.copyOf(whole, length), sender));
            }
        }
    }

    @Test
    void shouldIgnoreWhatCameThroughARouterUnlessPeersMay() {
        byte[] bytes = Packets.hex(Packets.KEEPALIVED_V4);
        Datagram routed = packets.of(bytes, Packets.SENDER_V4, ReceptionRules.GROUP_V4, 254);
        assertEquals(new Reception.Ignored(HaCounter.IGNORED_TTL), AdvertisementCodec.read(routed, false));
        assertEquals(new Reception.Heard(V4, false), AdvertisementCodec.read(routed, true));
    }

    @Test
    void shouldNotAcceptIpv6ChecksumsWithoutPseudoHeader() {
        byte[] bytes = Packets.hex(Packets.KEEPALIVED_V6);
        bytes[6] = 0;
        bytes[7] = 0;
        long sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
        }
        int checksum = (int) (~((sum & 0xffff) + (sum >>> 16)) & 0xffff);
        bytes[6] = (byte) (checksum >> 8);
        bytes[7] = (byte) checksum;
        assertEquals(new Reception.Ignored(HaCounter.IGNORED_CHECKSUM), read(bytes, Packets.SENDER_V6));
    }
}
