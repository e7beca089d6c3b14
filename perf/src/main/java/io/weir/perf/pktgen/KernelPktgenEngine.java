package io.weir.perf.pktgen;

import io.weir.bindings.DeviceFacts;
import io.weir.perf.thread.InNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The kernel's own generator, where the kernel has it. */
final class KernelPktgenEngine implements Engine {
    /** Of the calling thread's namespace. */
    static final Path DIRECTORY = Path.of("/proc/thread-self/net/pktgen");

    private final GeneratorOptions options;
    private final KernelPktgenSender sender;

    KernelPktgenEngine(GeneratorOptions options) {
        this.options = options;
        int frame = (int) Math.round(options.traffic().sizes().average()) - 4;
        this.sender = new KernelPktgenSender(options, frame);
        InNamespace.call(options.namespace(), () -> {
            long mac = DeviceFacts.of(options.device()).mac();
            KernelPktgenScript.commands(options, mac).forEach(KernelPktgenEngine::write);
            return null;
        });
    }

    /** Why there is none, or an empty string. */
    static String missing(Path namespace) {
        boolean present =
                InNamespace.call(namespace, () -> Files.exists(DIRECTORY.resolve(KernelPktgenScript.CONTROL)));
        return present
                ? ""
                : "this kernel has no pktgen here: /proc/net/pktgen is missing (modprobe pktgen; it needs CONFIG_NET_PKTGEN)";
    }

    /** Writes one command into its file. */
    static void write(KernelPktgenScript.Command command) {
        try {
            Files.writeString(DIRECTORY.resolve(command.file()), command.text() + "\n", StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("pktgen refused \"%s\" in %s".formatted(command.text(), command.file()), e);
        }
    }

    @Override
    public GeneratorDriver driver() {
        return GeneratorDriver.PKTGEN;
    }

    @Override
    public List<String> notes() {
        return sender.results();
    }

    @Override
    public List<KernelPktgenSender> senders() {
        return List.of(sender);
    }

    @Override
    public void close() {
        InNamespace.call(options.namespace(), () -> {
            write(new KernelPktgenScript.Command(KernelPktgenScript.CONTROL, "reset"));
            return null;
        });
    }
}
