package io.weir.engine.port;

/** The contract, kept without a device. */
class MemoryPortTest extends PacketPortContract {
    @Override
    PortBed open() {
        return new MemoryBed();
    }
}
