package io.weir.appliance.guest;

/** Hears what happens to guests. Called on their threads. */
public interface GuestReports {
    /**
     * A guest has come to stand elsewhere, fails for another reason, or has other addresses.
     *
     * @param before where it stood
     * @param now where it stands
     */
    void changed(GuestStatus before, GuestStatus now);

    /**
     * A guest has given back all addresses, and is no longer looked after.
     *
     * @param guest as it was
     */
    void gone(GuestStatus guest);

    /**
     * The status could not be written.
     *
     * @param why one line
     */
    void unwritten(String why);
}
