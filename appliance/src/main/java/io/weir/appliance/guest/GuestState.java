package io.weir.appliance.guest;

import java.util.Locale;

/** Where a guest stands. */
public enum GuestState {
    /** Not looked at yet. */
    PENDING,
    /** Has the addresses that it should have, and keeps them over its restart where that is wanted. */
    CONFIGURED,
    /** Has them, but would lose them by a restart: the error says why. */
    VOLATILE,
    /** The last attempt failed; there will be another. */
    FAILED,
    /** No server of the file is here any more, and it has not given all addresses back yet. */
    LEAVING,
    /** There is no guest agent in the file; the guest's owner sees to the addresses. */
    UNMANAGED;

    /** {@return its name in the status} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
