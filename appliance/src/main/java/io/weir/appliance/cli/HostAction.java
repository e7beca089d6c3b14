package io.weir.appliance.cli;

/** What {@code weir host} does. */
public enum HostAction {
    /** Gives guests their addresses until SIGTERM. */
    RUN,
    /** Asks guests what they are, and changes nothing. */
    CHECK,
    /** Says where guests stand, for people. */
    STATUS,
    /** Says it as JSON. */
    STATUS_JSON,
    /** Takes all addresses of ours away. */
    REMOVE
}
