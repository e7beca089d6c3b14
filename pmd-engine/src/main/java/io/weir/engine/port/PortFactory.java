package io.weir.engine.port;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * Opens all ports of a node: the driver asked for, or the best that works on every device, with the reasons.
 *
 * <p>Nothing is left behind when it fails. The calling thread's network namespace is where the devices are looked for.
 */
public final class PortFactory {
    private PortFactory() {}

    /**
     * Opens.
     *
     * @param options what to open
     * @param steering how frames find the sockets
     * @return the ports, which the caller closes
     * @throws RuntimeException saying what is wrong, when the driver asked for does not work
     */
    public static NodePorts open(PortOptions options, Steering steering) {
        return open(options, steering, bytes -> Pages.map(bytes, options.hugePages()));
    }

    /**
     * Opens.
     *
     * @param options what to open
     * @param steering how frames find the sockets
     * @param memory gives at least so many bytes for the frames, touched; the ports close it. It is asked again when the
     *     first driver of {@link Driver#AUTO} does not work
     * @return the ports, which the caller closes
     * @throws RuntimeException saying what is wrong, when the driver asked for does not work
     */
    public static NodePorts open(PortOptions options, Steering steering, LongFunction<Pages> memory) {
        List<DeviceFacts> devices =
                options.devices().stream().map(DeviceFacts::of).toList();
        List<String> reasons = new ArrayList<>();
        if (options.driver() != Driver.AF_PACKET) {
            try {
                return new XdpPorts(options, devices, steering).open(memory, reasons);
            } catch (RuntimeException e) {
                if (options.driver() == Driver.AF_XDP) {
                    throw e;
                }
                reasons.clear();
                reasons.add("AF_PACKET, because AF_XDP does not work: " + e.getMessage());
            }
        } else {
            reasons.add("AF_PACKET, as configured");
        }
        return openAfPacket(options, devices, steering, memory, reasons);
    }

    /**
     * Bytes of memory that the frames take.
     *
     * @param options what would be opened; of {@link Driver#AUTO} the driver that takes more
     * @param devices the devices' facts
     */
    public static long memory(PortOptions options, List<DeviceFacts> devices) {
        int frames = options.driver() == Driver.AF_PACKET
                ? afPacketFrames(options)
                : new XdpPorts(options, devices, Steering.NONE).framesPerWorker();
        return FrameStore.byteSize(options.frameSize(), frames, options.workers());
    }

    private static int afPacketFrames(PortOptions options) {
        return Math.max(options.ringSize(), 1024);
    }

    private static NodePorts openAfPacket(
            PortOptions options,
            List<DeviceFacts> devices,
            Steering steering,
            LongFunction<Pages> memory,
            List<String> reasons) {
        int frames = afPacketFrames(options);
        Pages pages = memory.apply(FrameStore.byteSize(options.frameSize(), frames, options.workers()));
        PacketPorts opener = new PacketPorts(options, steering);
        try {
            FrameStore store = new FrameStore(pages.address(), options.frameSize(), frames, options.workers());
            PacketPort[][] ports = opener.open(devices, store, reasons);
            reasons.add(memory(pages));
            return new NodePorts(ports, store, pages, Driver.AF_PACKET, reasons);
        } catch (RuntimeException e) {
            opener.close();
            pages.close();
            throw e;
        }
    }

    static String memory(Pages pages) {
        return "frames in %d MiB of %s pages%s"
                .formatted(
                        pages.length() >> 20,
                        pages.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        pages.reason().isEmpty() ? "" : ": " + pages.reason());
    }
}
