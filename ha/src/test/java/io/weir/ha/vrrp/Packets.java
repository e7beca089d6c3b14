package io.weir.ha.vrrp;

import io.weir.engine.testing.ExactMemory;
import io.weir.scheduler.IpAddress;
import java.util.HexFormat;

/** Packets that keepalived 2.2.7 sent (captured from its wire), and others, in memory of exactly their length. */
final class Packets implements AutoCloseable {
    static final IpAddress SENDER_V4 = IpAddress.parse("192.0.2.1");
    static final IpAddress SENDER_V6 = IpAddress.parse("fe80::ff:fe00:a");
    static final String KEEPALIVED_V4 = "313396020 00a1215 c000020a c000020b".replace(" ", "");
    static final String KEEPALIVED_V6 =
            "31339602000a0eed" + "fe800000000000000000000000000051" + "20010db8000000000000000000000010";

    private final ExactMemory memory = new ExactMemory(8192);

    /** A packet to the group of its sender's family. */
    Datagram of(byte[] bytes, IpAddress sender) {
        return of(bytes, sender, sender.isV4() ? ReceptionRules.GROUP_V4 : ReceptionRules.GROUP_V6, 255);
    }

    Datagram of(byte[] bytes, IpAddress sender, IpAddress destination, int hopLimit) {
        return new Datagram(sender, destination, hopLimit, memory.put(bytes, bytes.length), bytes.length);
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Override
    public void close() {
        memory.close();
    }
}
