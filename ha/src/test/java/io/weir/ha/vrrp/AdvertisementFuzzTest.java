package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weir.engine.testing.ExactMemory;

/**
 * Any bytes as a VRRP packet. {@code mvn verify} replays the inputs beside this class under {@code src/test/resources};
 * {@code JAZZER_FUZZ=1 mvn -pl ha test -Dtest=AdvertisementFuzzTest} searches for new ones.
 */
class AdvertisementFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void shouldStayInsideThePacketAndTellWhatItSays(byte[] bytes) {
        try (ExactMemory memory = new ExactMemory(bytes.length)) {
            long address = memory.put(bytes, bytes.length);
            for (var sender : new io.weir.scheduler.IpAddress[] {Packets.SENDER_V4, Packets.SENDER_V6}) {
                var group = sender.isV4() ? ReceptionRules.GROUP_V4 : ReceptionRules.GROUP_V6;
                Datagram packet = new Datagram(sender, group, 255, address, bytes.length);
                switch (AdvertisementCodec.read(packet, false)) {
                    case Reception.Heard(Advertisement heard, boolean plain) -> {
                        assertEquals(bytes[3] & 0xff, heard.addresses().size());
                        assertEquals(bytes[1] & 0xff, heard.vrid());
                        assertTrue(sender.isV4() || !plain);
                        heard.addresses().forEach(a -> assertTrue(!sender.isV4() || a.isV4()));
                    }
                    case Reception.Ignored(var why) -> assertTrue(why.label().startsWith("vrrp.ignored."));
                }
            }
        }
    }
}
