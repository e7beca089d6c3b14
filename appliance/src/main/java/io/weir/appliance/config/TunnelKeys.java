package io.weir.appliance.config;

import static io.weir.appliance.config.Values.integer;
import static io.weir.appliance.config.Values.list;

import java.util.List;
import java.util.OptionalInt;

/** The keys {@code tunnel.…}. */
final class TunnelKeys {
    static final int GREATEST_VNI = (1 << 24) - 1;

    private static final KeyRegister REGISTER = new KeyRegister();

    static final Key<List<TunnelConfig.Source>> SOURCE = REGISTER.key(
            "tunnel.source",
            null,
            "outer source: an address, or a network that its flows share (at least /24 or /120), of either version of IP;"
                    + " by default what the host would send from",
            list(TunnelConfig.Source::parse));
    static final Key<Integer> GUE_PORT =
            REGISTER.key("tunnel.gue.port", "6080", "UDP port of tunnel=gue at the servers", integer(1, 65535));
    static final Key<Integer> VXLAN_PORT = REGISTER.key(
            "tunnel.vxlan.port", "4789", "UDP port of tunnel=vxlan at the servers' hosts", integer(1, 65535));
    static final Key<Integer> VXLAN_VNI = REGISTER.key(
            "tunnel.vxlan.vni", null, "the virtual network of servers without vni=", integer(0, GREATEST_VNI));

    private TunnelKeys() {}

    static List<Key<?>> all() {
        return REGISTER.all();
    }

    static TunnelConfig read(Settings settings) {
        return new TunnelConfig(
                settings.find(SOURCE).orElse(List.of()),
                settings.get(GUE_PORT),
                settings.get(VXLAN_PORT),
                settings.find(VXLAN_VNI).map(OptionalInt::of).orElse(OptionalInt.empty()));
    }
}
