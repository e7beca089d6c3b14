package io.weir.appliance.cli;

import io.weir.scheduler.IpAddress;
import java.util.List;

/**
 * What is to be unwrapped at a real server.
 *
 * @param device the device that tunnelled packets come in by
 * @param addresses their outer destinations; empty: all addresses of the device
 * @param guePort UDP port of generic UDP encapsulation
 * @param mode where the program runs
 * @param off whether it is to end
 */
public record DecapOptions(String device, List<IpAddress> addresses, int guePort, Mode mode, boolean off) {
    /** Where the program runs. */
    public enum Mode {
        /** In the driver where it can, else in the stack. */
        AUTO,
        /** In the driver. */
        NATIVE,
        /** In the stack. */
        GENERIC
    }
}
