package io.weir.engine.port;

import io.weir.bindings.Pages;
import io.weir.bindings.xdp.XskSocket.ZeroCopy;
import java.util.List;

/**
 * What {@link PortFactory} opens.
 *
 * @param devices names in the calling thread's network namespace; the place is the port's index
 * @param workers how many workers the node has
 * @param driver which one
 * @param zeroCopy AF_XDP with or without copying
 * @param hugePages for the frames
 * @param ringSize entries of each ring, a power of two
 * @param frameSize bytes of a frame, a power of two; 2048 or 4096 for AF_XDP
 */
public record PortOptions(
        List<String> devices,
        int workers,
        Driver driver,
        ZeroCopy zeroCopy,
        Pages.Mode hugePages,
        int ringSize,
        int frameSize) {
    /** Checks what can be checked without the kernel. */
    public PortOptions {
        devices = List.copyOf(devices);
        if (devices.isEmpty() || workers < 1) {
            throw new IllegalArgumentException(
                    "%d devices, %d workers; at least 1 of each would be right".formatted(devices.size(), workers));
        }
        if (Integer.bitCount(ringSize) != 1 || ringSize < 64) {
            throw new IllegalArgumentException(
                    "ring size %d; a power of two of at least 64 would be right".formatted(ringSize));
        }
        if (Integer.bitCount(frameSize) != 1 || frameSize < 2048) {
            throw new IllegalArgumentException(
                    "frame size %d; a power of two of at least 2048 would be right".formatted(frameSize));
        }
    }

    /** The operator's defaults for these devices. */
    public static PortOptions of(List<String> devices, int workers) {
        return new PortOptions(devices, workers, Driver.AUTO, ZeroCopy.AUTO, Pages.Mode.AUTO, 4096, 2048);
    }

    /** The same with another driver. */
    public PortOptions withDriver(Driver other) {
        return new PortOptions(devices, workers, other, zeroCopy, hugePages, ringSize, frameSize);
    }

    /** The same with other rings. */
    public PortOptions withRingSize(int entries) {
        return new PortOptions(devices, workers, driver, zeroCopy, hugePages, entries, frameSize);
    }
}
