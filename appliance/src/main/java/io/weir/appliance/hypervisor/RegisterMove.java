package io.weir.appliance.hypervisor;

import com.google.common.hash.PrimitiveSink;
import io.netty.buffer.ByteBuf;
import org.projectfloodlight.openflow.protocol.OFActionType;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.action.OFAction;

/**
 * {@code NXAST_REG_MOVE} (Open vSwitch, {@code lib/ofp-actions.c}) of a whole field, for the library, which does not have
 * it; it can only be written.
 *
 * <pre>
 *   0                2                4                                8
 *  ┌────────────────┬────────────────┬────────────────────────────────┐
 *  │ 0xffff         │ length 24      │ vendor 0x00002320 (Nicira)     │
 *  ├────────────────┼────────────────┼────────────────┬───────────────┤
 *  │ subtype 6      │ bits           │ first bit, from│ first bit, to │
 *  ├────────────────┴────────────────┼────────────────┴───────────────┤
 *  │ header of the field, from       │ header of the field, to        │
 *  └─────────────────────────────────┴────────────────────────────────┘
 * </pre>
 */
record RegisterMove(Oxm from, Oxm to) implements OFAction {
    private static final int NICIRA = 0x2320;
    private static final int REG_MOVE = 6;
    private static final int LENGTH = 24;

    @Override
    public void writeTo(ByteBuf buffer) {
        buffer.writeShort(0xffff)
                .writeShort(LENGTH)
                .writeInt(NICIRA)
                .writeShort(REG_MOVE)
                .writeShort(from.length() * Byte.SIZE)
                .writeShort(0)
                .writeShort(0)
                .writeInt(from.header())
                .writeInt(to.header());
    }

    @Override
    public OFActionType getType() {
        return OFActionType.EXPERIMENTER;
    }

    @Override
    public OFVersion getVersion() {
        return OFVersion.OF_13;
    }

    @Override
    public void putTo(PrimitiveSink sink) {
        sink.putInt(from.header()).putInt(to.header());
    }

    @Override
    public Builder createBuilder() {
        throw new UnsupportedOperationException();
    }
}
