package io.weir.perf.pktgen;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel's pktgen says in a device's file.
 *
 * @param sent frames so far
 * @param errors frames that the device refused
 * @param result the last line of judgement, or an empty string while there is none
 */
record KernelPktgenStatus(long sent, long errors, String result) {
    private static final Pattern SO_FAR = Pattern.compile("pkts-sofar:\\s*(\\d+)\\s+errors:\\s*(\\d+)");
    private static final Pattern RESULT = Pattern.compile("(?m)^Result:\\s*(.*)$");

    static KernelPktgenStatus parse(String text) {
        Matcher soFar = SO_FAR.matcher(text);
        Matcher result = RESULT.matcher(text);
        boolean found = soFar.find();
        return new KernelPktgenStatus(
                found ? Long.parseLong(soFar.group(1)) : 0,
                found ? Long.parseLong(soFar.group(2)) : 0,
                result.find() ? result.group(1).strip() : "");
    }
}
