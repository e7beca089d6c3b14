package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.projectfloodlight.openflow.exceptions.OFParseError;

/** Whatever a switch, or a guest behind it, says: it is understood or refused, and never read past its end. */
class SwitchInputFuzzTest {
    private static final int FLOW_MOD_MATCH = 48;

    @FuzzTest(maxDuration = "10s")
    void shouldReadMatchOrRefuseIt(byte[] input) {
        ByteBuf frame = Unpooled.wrappedBuffer(input);
        ClientPlace place = ClientPlace.read(frame, 0, input.length);
        if (place != null) {
            assertTrue(place.guestPort() != 0 && place.inPort() >= 0);
            place.entry(80);
        }
        ClientPlace.inPort(frame, 0, input.length);
        EarlyReply.read(frame);
        try {
            EntryCookies.read(frame, 0, (cookie, match, end) -> ClientPlace.read(frame, match, end));
        } catch (OFParseError e) {
            // said so
        }
    }

    @Test
    void shouldReadBackWhatItWrites() {
        List<ClientPlace> places = new ArrayList<>();
        for (boolean tcp : new boolean[] {true, false}) {
            places.add(new ClientPlace(7, tcp, IpAddress.parse("10.10.1.100"), 8080, IpAddress.parse("10.10.1.10"), 0));
            places.add(new ClientPlace(
                    70_000, tcp, IpAddress.parse("fd00::100"), 8080, IpAddress.parse("2001:db8::10"), 36_000));
        }
        for (ClientPlace place : places) {
            ByteBuf message = Unpooled.buffer();
            OpenFlow.addForClient(place.entry(80), ClientEntry.cookie(0x5745, place.clientPort(), 80), 900, 1)
                    .writeTo(message);
            assertEquals(place, ClientPlace.read(message, FLOW_MOD_MATCH, message.writerIndex()));
            assertEquals(place.inPort(), ClientPlace.inPort(message, FLOW_MOD_MATCH, message.writerIndex()));
            for (int end = FLOW_MOD_MATCH; end < FLOW_MOD_MATCH + 40; end++) {
                ClientPlace.read(message, FLOW_MOD_MATCH, end); // cut off
            }
        }
    }
}
