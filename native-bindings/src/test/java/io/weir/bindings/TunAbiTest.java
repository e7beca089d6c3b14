package io.weir.bindings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TunAbiTest {
    @Test
    void shouldAgreeWithTheHeaders() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("TUNSETIFF", (long) TunAbi.TUNSETIFF);
        java.put("IFF_TAP", (long) TunAbi.IFF_TAP);
        java.put("IFF_NO_PI", (long) TunAbi.IFF_NO_PI);
        java.put("SIOCSIFFLAGS", (long) TunAbi.SIOCSIFFLAGS);
        java.put("SIOCSIFMTU", (long) TunAbi.SIOCSIFMTU);
        java.put("SIOCSIFHWADDR", (long) TunAbi.SIOCSIFHWADDR);
        java.put("ARPHRD_ETHER", (long) TunAbi.ARPHRD_ETHER);
        java.put("O_RDWR", (long) TunAbi.O_RDWR);
        java.put("O_NONBLOCK", (long) TunAbi.O_NONBLOCK);
        java.put("O_CLOEXEC", (long) TunAbi.O_CLOEXEC);
        CompilerFacts.assertSame(
                List.of("fcntl.h", "sys/ioctl.h", "linux/if.h", "linux/if_arp.h", "linux/if_tun.h", "linux/sockios.h"),
                java);
    }
}
