package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Driver;
import io.weir.appliance.config.Choices.Role;
import io.weir.appliance.config.Choices.Toggle;
import io.weir.appliance.config.Choices.XdpMode;
import java.util.Map;

/**
 * How frames come and go: the keys {@code io.…}.
 *
 * @param driver which kind of socket
 * @param interfaces the device of each role; only {@code FRONT} in a one-arm set-up
 * @param burst frames a cycle, at most
 * @param ringSize descriptors a ring
 * @param frameSize bytes a frame
 * @param xdpMode where the XDP program runs
 * @param zeroCopy whether AF_XDP shares memory with the device
 * @param hugepages whether frames and flows lie in huge pages
 * @param exceptionDevice the TAP device through which foreign frames go to the kernel
 */
public record IoConfig(
        Driver driver,
        Map<Role, String> interfaces,
        int burst,
        int ringSize,
        int frameSize,
        XdpMode xdpMode,
        Toggle zeroCopy,
        Toggle hugepages,
        String exceptionDevice) {

    /** {@return whether clients and servers are behind the same device} */
    public boolean isOneArm() {
        return !interfaces.containsKey(Role.BACK);
    }
}
