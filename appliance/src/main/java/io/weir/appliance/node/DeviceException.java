package io.weir.appliance.node;

/** A device that the configuration names is not there or not up: one line, with what would help. */
final class DeviceException extends Exception {
    private static final long serialVersionUID = 1L;

    DeviceException(String message) {
        super(message);
    }
}
