package io.weir.appliance.admin;

/** The node cannot answer just now; asking again may help. The message says why, for the client. */
public final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message one line
     */
    public Unavailable(String message) {
        super(message, null, false, false);
    }
}
