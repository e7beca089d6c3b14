package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.Requires;

class AfPacketPortTest extends PacketPortContract {
    @Override
    PortBed open() throws Exception {
        Requires.root();
        Requires.tool("ip");
        VethBed bed = new VethBed(Driver.AF_PACKET, devices -> new RedirectAll());
        assertEquals(Driver.AF_PACKET, bed.ports().driver());
        return bed;
    }
}
