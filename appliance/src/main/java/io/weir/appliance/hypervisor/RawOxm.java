package io.weir.appliance.hypervisor;

import com.google.common.hash.PrimitiveSink;
import io.netty.buffer.ByteBuf;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.protocol.oxm.OFOxm;
import org.projectfloodlight.openflow.types.U64;

/** A field that is to be set, for the library, which does not know all of Open vSwitch's; it can only be written. */
record RawOxm(Field field) implements OFOxm<U64> {
    @Override
    public long getTypeLen() {
        return field.oxm().header() & 0xffff_ffffL;
    }

    @Override
    public void writeTo(ByteBuf to) {
        field.oxm().write(to, field.hi(), field.lo());
    }

    @Override
    public boolean isMasked() {
        return false;
    }

    @Override
    public OFOxm<U64> getCanonical() {
        return this;
    }

    @Override
    public OFVersion getVersion() {
        return OFVersion.OF_13;
    }

    @Override
    public void putTo(PrimitiveSink sink) {
        sink.putLong(getTypeLen()).putLong(field.hi()).putLong(field.lo());
    }

    @Override
    public U64 getValue() {
        throw new UnsupportedOperationException();
    }

    @Override
    public U64 getMask() {
        throw new UnsupportedOperationException();
    }

    @Override
    public MatchField<U64> getMatchField() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Builder<U64> createBuilder() {
        throw new UnsupportedOperationException();
    }
}
