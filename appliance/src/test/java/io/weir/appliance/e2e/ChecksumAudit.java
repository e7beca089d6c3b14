package io.weir.appliance.e2e;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Recomputes every IP, TCP, UDP and ICMP checksum of a capture in full (RFC 1071), fragments put together first. */
final class ChecksumAudit {
    private final List<String> faults = new ArrayList<>();
    private final Map<Integer, Integer> checkedByProtocol = new TreeMap<>();
    private final Map<String, List<Frame>> fragments = new LinkedHashMap<>();
    private int reassembled;

    ChecksumAudit(List<Frame> frames) {
        for (Frame frame : frames) {
            if (frame.isIpv4() && sum(frame.ipHeader(), 0) != 0xffff) {
                faults.add("IP header: " + frame);
            }
            if (frame.isFragment()) {
                fragments
                        .computeIfAbsent(frame.fragmentKey(), key -> new ArrayList<>())
                        .add(frame);
            } else if (frame.isIp()) {
                check(frame, frame.payload());
            }
        }
        fragments.values().forEach(this::reassemble);
    }

    private void reassemble(List<Frame> parts) {
        parts.sort(Comparator.comparingInt(Frame::fragmentOffset));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (Frame part : parts) {
            if (part.fragmentOffset() != whole.size()) {
                faults.add("a fragment is missing before, or doubled at: " + part);
                return;
            }
            whole.writeBytes(part.payload());
        }
        if (parts.getLast().hasMoreFragments()) {
            faults.add("the last fragment is missing after: " + parts.getLast());
            return;
        }
        reassembled++;
        check(parts.getFirst(), whole.toByteArray());
    }

    private void check(Frame frame, byte[] segment) {
        int protocol = frame.protocol();
        boolean pseudoHeader = protocol == Frame.TCP || protocol == Frame.UDP || protocol == Frame.ICMPV6;
        if (!pseudoHeader && protocol != Frame.ICMP) {
            return;
        }
        if (protocol == Frame.UDP && segment[6] == 0 && segment[7] == 0) {
            if (!frame.isIpv4()) {
                faults.add("no UDP checksum under IPv6: " + frame);
            }
            return;
        }
        long start = pseudoHeader ? sumOf(frame.addresses()) + protocol + segment.length : 0;
        if (sum(segment, start) != 0xffff) {
            faults.add(frame.toString());
        }
        checkedByProtocol.merge(protocol, 1, Integer::sum);
    }

    private static int sum(byte[] data, long start) {
        long sum = start + sumOf(data);
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    private static long sumOf(byte[] data) {
        long sum = 0;
        for (int i = 0; i < data.length; i++) {
            sum += (long) (data[i] & 0xff) << ((i & 1) == 0 ? 8 : 0);
        }
        return sum;
    }

    /** Descriptions of what is wrong. */
    List<String> faults() {
        return faults;
    }

    /** How many packets of a protocol were checked. */
    int checked(int protocol) {
        return checkedByProtocol.getOrDefault(protocol, 0);
    }

    /** How many packets were put together from fragments. */
    int reassembled() {
        return reassembled;
    }
}
