package io.weir.perf.device;

import io.weir.perf.thread.InNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the kernel has counted of a device since it exists: {@code /proc/net/dev} of the device's namespace.
 *
 * @param received frames
 * @param receiveDropped frames that arrived and were dropped
 * @param sent frames
 * @param sendDropped frames that were to be sent and were dropped
 */
public record DeviceCounters(long received, long receiveDropped, long sent, long sendDropped) {
    private static final int RX_PACKETS = 1;
    private static final int RX_DROPPED = 3;
    private static final int TX_PACKETS = 9;
    private static final int TX_DROPPED = 11;

    /**
     * Reads.
     *
     * @param namespace the file of the device's network namespace, or null
     * @param device its name there
     */
    public static DeviceCounters read(Path namespace, String device) {
        return InNamespace.call(namespace, () -> {
            try {
                return parse(Files.readAllLines(Path.of("/proc/thread-self/net/dev")), device);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static DeviceCounters parse(List<String> lines, String device) {
        for (String line : lines) {
            int colon = line.lastIndexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(device)) {
                String[] fields = line.substring(colon + 1).strip().split("\\s+");
                return new DeviceCounters(
                        Long.parseLong(fields[RX_PACKETS]),
                        Long.parseLong(fields[RX_DROPPED]),
                        Long.parseLong(fields[TX_PACKETS]),
                        Long.parseLong(fields[TX_DROPPED]));
            }
        }
        throw new IllegalArgumentException("there is no device " + device);
    }

    /** What happened since. */
    public DeviceCounters since(DeviceCounters before) {
        return new DeviceCounters(
                received - before.received,
                receiveDropped - before.receiveDropped,
                sent - before.sent,
                sendDropped - before.sendDropped);
    }
}
