package io.weir.bindings.netlink;

/** A change that the kernel tells its subscribers. */
public sealed interface NetlinkEvent {
    /**
     * New or changed.
     *
     * @param record as it is now
     */
    record Changed(NetlinkRecord record) implements NetlinkEvent {}

    /**
     * Gone.
     *
     * @param record as it was
     */
    record Removed(NetlinkRecord record) implements NetlinkEvent {}

    /** Events were lost: whatever was derived from them must be read anew. */
    record ResyncNeeded() implements NetlinkEvent {}
}
