package io.weir.engine.worker;

import io.weir.engine.packet.Transport;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.service.Tunnel;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A service, of TCP and UDP, for each kind of tunnel, each version of IP in it and each around it. */
final class TunnelCases {
    static final int GUE_PORT = 6080;
    static final int VXLAN_PORT = 4789;
    static final int VNI = 0x123456;
    static final long GUEST_MAC = 0x52_54_00_12_34_56L;

    private static final Peer END4 = Peer.of("192.0.2.9", 8000);
    private static final Peer END6 = Peer.of("2001:db8:9::9", 8000);

    private TunnelCases() {}

    /**
     * A service behind a tunnel.
     *
     * @param kind the tunnel's kind
     * @param client a client of the service
     * @param service what it calls
     * @param end where the tunnel ends
     * @param protocol of the outer IP header
     * @param port UDP port there, or 0
     * @param header what stands between the outer IP header, or that of UDP, and the packet
     */
    record Case(Tunnel.Kind kind, Peer client, Peer service, IpAddress end, int protocol, int port, String header) {
        Tunnel tunnel() {
            return switch (kind) {
                case IPIP -> Tunnel.ipip(end);
                case GRE -> Tunnel.gre(end);
                case GUE -> Tunnel.gue(end, GUE_PORT);
                case VXLAN -> Tunnel.vxlan(end, VXLAN_PORT, VNI, GUEST_MAC);
            };
        }

        boolean isTun() {
            return kind != Tunnel.Kind.VXLAN;
        }

        ServiceSpec spec(int transport) {
            ServerSpec server = isTun()
                    ? ServerSpec.of("s", end, 8000, 1)
                    : ServerSpec.of("s", (client.isV6() ? Corpus.SERVER6 : Corpus.SERVER).address(), 8000, 1);
            return Services.service(transport, service, server.through(tunnel()))
                    .with(isTun() ? Forwarding.TUN : Forwarding.DR);
        }

        int overhead() {
            return outerHeader() + (port == 0 ? 0 : 8) + header.length() / 2;
        }

        private int outerHeader() {
            return end.isV4() ? 20 : 40;
        }

        /** What stands between the outer IP header, or that of UDP, and the packet. */
        byte[] between(Sent sent) {
            byte[] outer = sent.packet().packet();
            return Arrays.copyOfRange(outer, overhead() - header.length() / 2, overhead());
        }

        /** The packet inside, in a frame. */
        Dissection inner(Sent sent) {
            byte[] outer = sent.packet().packet();
            byte[] frame = new byte[14 + outer.length - overhead()];
            frame[12] = (byte) (client.isV6() ? 0x86 : 0x08);
            frame[13] = (byte) (client.isV6() ? 0xdd : 0x00);
            System.arraycopy(outer, overhead(), frame, 14, frame.length - 14);
            return Dissection.of(frame);
        }

        @Override
        public String toString() {
            return kind + (client.isV6() ? " IPv6" : " IPv4") + (end.isV4() ? " in IPv4" : " in IPv6");
        }
    }

    static Stream<Case> all() {
        List<Case> cases = new ArrayList<>();
        int port = 100;
        for (boolean inner6 : new boolean[] {false, true}) {
            for (Peer end : List.of(END4, END6)) {
                for (Tunnel.Kind kind : Tunnel.Kind.values()) {
                    Peer client = inner6 ? Corpus.CLIENT6 : Corpus.CLIENT;
                    Peer service = (inner6 ? Corpus.SERVICE6 : Corpus.SERVICE).withPort(port++);
                    String type = inner6 ? "86dd" : "0800";
                    String number = inner6 ? "29" : "04";
                    cases.add(
                            switch (kind) {
                                case IPIP -> new Case(kind, client, service, end.address(), inner6 ? 41 : 4, 0, "");
                                case GRE -> new Case(kind, client, service, end.address(), 47, 0, "0000" + type);
                                case GUE ->
                                    new Case(
                                            kind, client, service, end.address(), 17, GUE_PORT, "00" + number + "0000");
                                case VXLAN ->
                                    new Case(
                                            kind,
                                            client,
                                            service,
                                            end.address(),
                                            17,
                                            VXLAN_PORT,
                                            "08000000" + "12345600" + "525400123456" + "020000000001" + type);
                            });
                }
            }
        }
        return cases.stream();
    }

    static List<ServiceSpec> services() {
        return all().flatMap(c -> Stream.of(c.spec(Transport.TCP), c.spec(Transport.UDP)))
                .toList();
    }

    /** Type of service, or traffic class. */
    static int tos(byte[] packet) {
        return packet[0] >>> 4 == 4 ? packet[1] & 0xff : (packet[0] << 8 | packet[1] & 0xff) >>> 4 & 0xff;
    }
}
