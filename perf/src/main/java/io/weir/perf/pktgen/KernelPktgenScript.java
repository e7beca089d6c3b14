package io.weir.perf.pktgen;

import io.weir.engine.packet.Ethernet;
import io.weir.perf.traffic.AddressRange;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.PortRange;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is written into the files of {@code /proc/net/pktgen}, in order. Source: the kernel's
 * {@code Documentation/networking/pktgen.rst} and {@code net/core/pktgen.c}. The module draws addresses and ports each
 * for itself, so its flows are as many as wanted but not those of {@link io.weir.perf.traffic.FlowSpace}, and its stamps
 * are its own.
 */
final class KernelPktgenScript {
    /** The file that starts and stops. */
    static final String CONTROL = "pgctrl";

    private static final double NANOS = 1e9;
    private static final int BURST = 64;

    /**
     * One line for one file.
     *
     * @param file its name in the directory
     * @param text without the line's end
     */
    record Command(String file, String text) {}

    private KernelPktgenScript() {}

    /** The device's file for one kernel thread. */
    static String deviceFile(String device, int thread) {
        return device + "@" + thread;
    }

    /**
     * Everything but the start.
     *
     * @throws IllegalArgumentException for what the module cannot do
     */
    static List<Command> commands(GeneratorOptions options, long sourceMac) {
        Traffic traffic = options.traffic();
        if (traffic.protocol() != Protocol.UDP) {
            throw new IllegalArgumentException("driver pktgen with %s; udp would be right"
                    .formatted(traffic.protocol().label()));
        }
        List<Command> commands = new ArrayList<>();
        int threads = options.threads();
        for (int i = 0; i < threads; i++) {
            int core = options.cores().isEmpty() ? i : options.cores().get(i);
            String thread = "kpktgend_" + core;
            commands.add(new Command(thread, "rem_device_all"));
            commands.add(new Command(thread, "add_device " + deviceFile(options.device(), i)));
        }
        for (int i = 0; i < threads; i++) {
            String file = deviceFile(options.device(), i);
            long count = options.count() / threads + (i < options.count() % threads ? 1 : 0);
            List<String> lines = new ArrayList<>();
            lines.add("count " + count);
            lines.add("clone_skb 0");
            lines.add("queue_map_min " + i);
            lines.add("queue_map_max " + i);
            addSizes(lines, traffic.sizes());
            addRate(lines, options, threads);
            lines.add("src_mac " + Ethernet.format(sourceMac));
            lines.add("dst_mac " + Ethernet.format(traffic.destinationMac()));
            addAddresses(lines, "src", traffic.source());
            addAddresses(lines, "dst", traffic.destination());
            addPorts(lines, "src", traffic.sourcePorts());
            addPorts(lines, "dst", traffic.destinationPorts());
            addFlows(lines, traffic, threads);
            lines.add("flag UDPCSUM");
            lines.forEach(line -> commands.add(new Command(file, line)));
        }
        return commands;
    }

    private static void addSizes(List<String> lines, SizeMix sizes) {
        Map<Integer, Integer> weights = new TreeMap<>();
        sizes.sizes().forEach(size -> weights.merge(size - SizeMix.FCS, 1, Integer::sum));
        if (weights.size() == 1) {
            lines.add("pkt_size " + weights.keySet().iterator().next());
        } else {
            lines.add("imix_weights "
                    + weights.entrySet().stream()
                            .map(each -> each.getKey() + "," + each.getValue())
                            .collect(Collectors.joining(" ")));
        }
    }

    private static void addRate(List<String> lines, GeneratorOptions options, int threads) {
        if (options.rate().unit() == Rate.Unit.MAX) {
            lines.add("delay 0");
            lines.add("burst " + BURST);
        } else {
            double average = options.traffic().sizes().average();
            double perSecond = NANOS / options.rate().share(threads).nanosPerFrame((int) Math.round(average));
            lines.add("ratep " + Math.max(1, Math.round(perSecond))); // "rate" reckons with the smallest size only
        }
    }

    private static void addAddresses(List<String> lines, String end, AddressRange range) {
        if (!range.isV4()) {
            if (range.size() > 1) {
                throw new IllegalArgumentException(
                        "driver pktgen with the addresses %s; one IPv6 address would be right: the module draws random bits"
                                .formatted(range));
            }
            lines.add(end + "6 " + range);
            return;
        }
        boolean many = range.size() > 1;
        lines.add(end + "_min " + range.first());
        lines.add(end + "_max " + IpAddress.ofV4(range.first().v4() + (int) (many ? range.size() : 0)));
        if (many) {
            lines.add("flag IP" + end.toUpperCase(Locale.ROOT) + "_RND"); // never draws the upper end
        }
    }

    private static void addPorts(List<String> lines, String end, PortRange range) {
        lines.add("udp_%s_min %d".formatted(end, range.first()));
        lines.add("udp_%s_max %d"
                .formatted(end, range.size() == 1 ? range.last() : Math.min(0xffff, range.last() + 1)));
        if (range.size() > 1) {
            lines.add("flag UDP" + end.toUpperCase(Locale.ROOT) + "_RND"); // never draws the upper end
        }
    }

    private static void addFlows(List<String> lines, Traffic traffic, int threads) {
        if (traffic.flows() > 1) {
            lines.add("flows " + Math.max(1, traffic.flows() / threads));
            lines.add("flowlen 1");
            if (traffic.popularity().kind() == Popularity.Kind.TURNS) {
                lines.add("flag FLOW_SEQ");
            }
        }
    }
}
