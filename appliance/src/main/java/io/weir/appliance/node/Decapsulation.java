package io.weir.appliance.node;

import io.weir.appliance.cli.DecapOptions;
import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.MachineException;
import io.weir.bindings.NativeException;
import io.weir.bindings.bpf.BpfLink.XdpMode;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.bindings.decap.DecapProgram;
import io.weir.bindings.netlink.Address;
import io.weir.bindings.netlink.Link;
import io.weir.bindings.netlink.RouteNetlink;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.List;

/** {@code weir decap}: puts {@link DecapProgram} on a device of this host, from where only {@code --off} takes it away. */
final class Decapsulation {
    private final DecapOptions options;
    private final PrintWriter out;

    Decapsulation(DecapOptions options, PrintWriter out) {
        this.options = options;
        this.out = out;
    }

    int run() throws MachineException {
        try (RouteNetlink netlink = RouteNetlink.open()) {
            Link link = netlink.link(options.device())
                    .orElseThrow(() -> new MachineException("there is no device " + options.device()));
            return options.off() ? detach(netlink, link) : attach(netlink, link);
        } catch (NativeException e) {
            throw new MachineException(e.getMessage(), e);
        }
    }

    private static boolean isAttached(Link link) {
        return link.xdpProgram() != 0
                && BpfProgram.nameOf(link.xdpProgram())
                        .filter(DecapProgram.NAME::equals)
                        .isPresent();
    }

    private int detach(RouteNetlink netlink, Link link) {
        if (!isAttached(link)) {
            out.println("weir: nothing to detach from " + link.name()
                    + (link.xdpProgram() == 0 ? "" : ": its XDP program is not weir decap's"));
            return ExitCode.FAILED;
        }
        for (XdpMode mode : XdpMode.values()) {
            netlink.detachXdp(link.index(), mode.flags());
        }
        out.println("weir: detached from " + link.name());
        return ExitCode.OK;
    }

    private int attach(RouteNetlink netlink, Link link) throws MachineException {
        if (link.xdpProgram() != 0) {
            out.println("weir: %s has an XDP program already%s"
                    .formatted(link.name(), isAttached(link) ? ", which is this one: --off detaches it" : ""));
            return ExitCode.FAILED;
        }
        List<InetAddress> outer = options.addresses().isEmpty()
                ? netlink.addresses().stream()
                        .filter(address -> address.index() == link.index())
                        .map(Address::address)
                        .toList()
                : options.addresses().stream().map(Addresses::toInet).toList();
        if (outer.isEmpty()) {
            throw new MachineException(link.name() + " has no address to unwrap packets for; --address names one");
        }
        try (BpfProgram program = DecapProgram.load(outer, options.guePort())) {
            XdpMode mode = attach(netlink, link, program);
            out.println(
                    "weir: unwraps IPIP, GRE and GUE (UDP port %d) to %s on %s, %s; weir decap --interface %s --off ends it"
                            .formatted(
                                    options.guePort(),
                                    String.join(
                                            " ",
                                            outer.stream()
                                                    .map(InetAddress::getHostAddress)
                                                    .toList()),
                                    link.name(),
                                    mode == XdpMode.NATIVE ? "in the driver" : "in the stack",
                                    link.name()));
        }
        return ExitCode.OK;
    }

    private XdpMode attach(RouteNetlink netlink, Link link, BpfProgram program) {
        if (options.mode() != DecapOptions.Mode.GENERIC) {
            try {
                netlink.attachXdp(link.index(), program.fd(), XdpMode.NATIVE.flags());
                return XdpMode.NATIVE;
            } catch (NativeException e) {
                if (options.mode() == DecapOptions.Mode.NATIVE) {
                    throw e;
                }
            }
        }
        netlink.attachXdp(link.index(), program.fd(), XdpMode.GENERIC.flags());
        return XdpMode.GENERIC;
    }
}
