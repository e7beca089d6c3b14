package io.weir.bindings.bpf;

import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.NativeException;

/**
 * A program's attachment to a device ({@code bpf(2)}, {@code BPF_LINK_CREATE}).
 *
 * <p>The attachment lasts as long as the link's descriptor: {@link #close()} detaches, and so does the end of the
 * process, however it comes. Devices are named by their index in the network namespace of the calling thread.
 */
public final class BpfLink implements AutoCloseable {
    /** Where an XDP program runs. */
    public enum XdpMode {
        /** In the driver, before a socket buffer exists. */
        NATIVE(BpfAbi.XDP_FLAGS_DRV_MODE),
        /** In the kernel's generic receive path: any device, slower. */
        GENERIC(BpfAbi.XDP_FLAGS_SKB_MODE);

        private final int flags;

        XdpMode(int flags) {
            this.flags = flags;
        }

        /** {@code XDP_FLAGS_…_MODE}. */
        public int flags() {
            return flags;
        }
    }

    private final int fd;
    private final String description;
    private boolean closed;

    private BpfLink(int fd, String description) {
        this.fd = fd;
        this.description = description;
    }

    /**
     * Attaches an XDP program to a device that has none.
     *
     * @throws NativeException when the device has one already, or its driver cannot run one in that mode
     */
    public static BpfLink attachXdp(BpfProgram program, int ifindex, XdpMode mode) {
        String description = "XDP %s on ifindex %d".formatted(mode, ifindex);
        int fd = create(program, ifindex, BpfAbi.BPF_XDP, mode.flags);
        return fd < 0 ? fail(description, -fd, xdpHint(-fd, mode)) : new BpfLink(fd, description);
    }

    /**
     * Attaches a SCHED_CLS program to a device's ingress, behind those that are there ({@code BPF_TCX_INGRESS}).
     *
     * @throws NativeException when the kernel is older than 6.6
     */
    public static BpfLink attachTcxIngress(BpfProgram program, int ifindex) {
        String description = "TCX ingress on ifindex %d".formatted(ifindex);
        int fd = create(program, ifindex, BpfAbi.BPF_TCX_INGRESS, 0);
        return fd < 0 ? fail(description, -fd, tcxHint(-fd)) : new BpfLink(fd, description);
    }

    private static int create(BpfProgram program, int ifindex, int attachType, int flags) {
        try (BpfCall call = new BpfCall()) {
            return call.put(BpfAbi.LINK_PROG_FD, program.fd())
                    .put(BpfAbi.LINK_TARGET_IFINDEX, ifindex)
                    .put(BpfAbi.LINK_ATTACH_TYPE, attachType)
                    .put(BpfAbi.LINK_FLAGS, flags)
                    .run(BpfAbi.BPF_LINK_CREATE);
        }
    }

    /** Puts another program of the same type into the place of the attached one, atomically. */
    public void replace(BpfProgram program) {
        try (BpfCall call = new BpfCall()) {
            int result = call.put(BpfAbi.UPDATE_LINK_FD, fd)
                    .put(BpfAbi.UPDATE_NEW_PROG_FD, program.fd())
                    .run(BpfAbi.BPF_LINK_UPDATE);
            NativeException.check(result, "bpf(BPF_LINK_UPDATE, %s, %s)".formatted(description, program.name()));
        }
    }

    /** Its descriptor, which stays the link's own. */
    public int fd() {
        return fd;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }

    @Override
    public String toString() {
        return description;
    }

    private static BpfLink fail(String description, int errno, String hint) {
        throw new NativeException("bpf(BPF_LINK_CREATE, %s)".formatted(description), errno, hint);
    }

    private static String xdpHint(int errno, XdpMode mode) {
        return switch (errno) {
            case Errno.EBUSY, Errno.EEXIST ->
                "another XDP program is attached to this device: `ip link show` and `bpftool net` name it; detach it "
                        + "with `ip link set DEV xdp off`, or stop the process that holds it";
            case Errno.EOPNOTSUPP, Errno.EINVAL, Errno.ERANGE ->
                mode == XdpMode.NATIVE
                        ? "this driver cannot run XDP natively as the device is set now: lower its MTU (3498 or less "
                                + "for most drivers), switch off LRO and GRO_HW, or use generic mode"
                        : "this device cannot run XDP: switch off LRO (`ethtool -K DEV lro off`)";
            default -> Errno.hint(errno);
        };
    }

    private static String tcxHint(int errno) {
        return errno == Errno.EINVAL ? "TCX needs Linux 6.6 or newer" : Errno.hint(errno);
    }
}
