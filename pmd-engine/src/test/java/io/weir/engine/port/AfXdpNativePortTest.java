package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.Requires;
import io.weir.bindings.bpf.BpfLink.XdpMode;

class AfXdpNativePortTest extends PacketPortContract {
    @Override
    PortBed open() throws Exception {
        Requires.root();
        Requires.tool("ip");
        VethBed bed = new VethBed(Driver.AF_XDP, devices -> new RedirectSteering(devices, XdpMode.NATIVE));
        assertEquals(Driver.AF_XDP, bed.ports().driver());
        return bed;
    }
}
