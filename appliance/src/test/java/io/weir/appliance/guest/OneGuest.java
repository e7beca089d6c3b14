package io.weir.appliance.guest;

import io.weir.appliance.config.HostConfig;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A guest at port {@code vnet0} with addresses of two families, each test its own, and off when the test begins. */
abstract class OneGuest {
    /** A start that gives it its own addresses, and that nothing else knows of. */
    static final String DEVICE = """
            ip address add 10.10.1.21/24 dev eth0
            ip address add 2001:db8::21/64 dev eth0 nodad
            ip link set eth0 up
            """;

    /** The virtual addresses, as {@link GuestMachine#addresses} tells them. */
    static final String V4 = "inet 10.10.1.100/32 scope global eth0";

    static final String V6 = "inet6 2001:db8::100/128 scope global";

    @TempDir
    Path directory;

    final Heard heard = new Heard();
    GuestMachine guest;

    @BeforeEach
    void makeGuest() {
        guest = GuestMachine.create();
    }

    @AfterEach
    void removeGuest() {
        guest.close();
    }

    /**
     * The hypervisor's configuration.
     *
     * @param more keys of the guest's, without {@code host.guest.}
     */
    final HostConfig config(String services, Stream<String> more) {
        return new HostFile(directory)
                .config(
                        services,
                        Stream.concat(Stream.of("vnet0.agent = " + guest.socket()), more)
                                .toArray(String[]::new));
    }
}
