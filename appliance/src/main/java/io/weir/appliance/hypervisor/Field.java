package io.weir.appliance.hypervisor;

import io.weir.appliance.config.MacAddress;
import io.weir.scheduler.IpAddress;
import java.util.Locale;

/**
 * A field of a packet with a value.
 *
 * @param oxm the field
 * @param hi upper half of a value of 16 bytes, else 0
 * @param lo the rest, right-aligned
 */
record Field(Oxm oxm, long hi, long lo) {
    static Field of(Oxm oxm, long value) {
        return new Field(oxm, 0, value);
    }

    static Field of(Oxm oxm, MacAddress mac) {
        return new Field(oxm, 0, mac.bits());
    }

    /** An address of the field's family. */
    static Field of(Oxm oxm, IpAddress address) {
        if (address.isV4() != (oxm.length() == 4)) {
            throw new IllegalArgumentException(oxm + " = " + address);
        }
        return address.isV4() ? of(oxm, address.v4() & 0xffff_ffffL) : new Field(oxm, address.hi(), address.lo());
    }

    /** The value as Open vSwitch writes it. */
    String value() {
        return switch (oxm.form()) {
            case NUMBER -> Long.toString(lo);
            case HEX -> String.format(Locale.ROOT, "0x%x", lo);
            case MAC -> new MacAddress(lo).toString();
            case ADDRESS -> oxm.length() == 4 ? IpAddress.ofV4((int) lo).toString() : new IpAddress(hi, lo).toString();
        };
    }

    @Override
    public String toString() {
        return oxm.ovs() + "=" + value();
    }
}
