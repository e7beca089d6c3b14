package io.weir.perf.pktgen;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How frames leave. */
public enum GeneratorDriver {
    /** AF_XDP where it works, else AF_PACKET. */
    AUTO,
    /** From this process through AF_XDP. */
    AF_XDP,
    /** From this process through AF_PACKET. */
    AF_PACKET,
    /** From an XDP program that the kernel runs on frames of its own ({@code BPF_F_TEST_XDP_LIVE_FRAMES}). */
    XDP,
    /** From the kernel's module {@code pktgen}; without it, the best that works instead. */
    PKTGEN;

    /** As the command line knows it: {@code af_xdp}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether frames are made in the kernel, which can neither follow flows nor receive answers. */
    public boolean isInKernel() {
        return this == XDP || this == PKTGEN;
    }

    /** Reads a {@link #label}. */
    public static GeneratorDriver parse(String text) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"%s\"; one of %s would be right"
                        .formatted(
                                text,
                                Arrays.stream(values())
                                        .map(GeneratorDriver::label)
                                        .collect(Collectors.joining(", ")))));
    }
}
