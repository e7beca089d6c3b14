package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.EthtoolOffloads;
import io.weir.bindings.EthtoolOffloads.Offload;
import io.weir.bindings.Mem;
import io.weir.bindings.Requires;
import io.weir.bindings.bpf.BpfLink.XdpMode;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AfPacketPortTest extends PacketPortContract {
    @Override
    PortBed open() throws Exception {
        Requires.root();
        Requires.tool("ip");
        VethBed bed = new VethBed(Driver.AF_PACKET, devices -> new RedirectSteering(devices, XdpMode.NATIVE));
        assertEquals(Driver.AF_PACKET, bed.ports().driver());
        return bed;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTellThatTheChecksumIsUnfinishedWhenTheSenderLeftItToItsDevice(boolean offload) {
        ((VethBed) bed()).link().atPeer(() -> {
            EthtoolOffloads.set("p0", Offload.TX_CHECKSUM, offload);
            VethLink.ip("""
                    addr add 10.99.0.1/24 dev p0
                    neigh add 10.99.0.2 lladdr 02:00:00:00:00:02 dev p0
                    """);
            try (DatagramSocket socket = new DatagramSocket()) {
                byte[] payload = "checksum".getBytes();
                InetAddress to = InetAddress.getByName("10.99.0.2");
                socket.send(new DatagramPacket(payload, payload.length, to, 4000));
            }
            return null;
        });
        FrameBatch batch = batch();
        long deadline = System.nanoTime() + 2_000_000_000L;
        boolean seen = false;
        while (!seen && System.nanoTime() < deadline) {
            batch.clear();
            bed().port(0).receive(batch);
            for (int i = 0; i < batch.size; i++) {
                if (Mem.getU16Be(batch.address[i] + 12) == 0x0800 && Mem.getU16Be(batch.address[i] + 36) == 4000) {
                    assertEquals(offload ? FrameBatch.CHECKSUM_PARTIAL : 0, batch.flags[i]);
                    seen = true;
                }
            }
        }
        assertTrue(seen, "the datagram arrived");
    }
}
