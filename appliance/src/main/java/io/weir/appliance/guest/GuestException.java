package io.weir.appliance.guest;

/** A guest did not do what it was asked. The message is one line for people, whatever the guest said. */
public final class GuestException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 400;

    /** What kind of trouble. */
    public enum Kind {
        /** Nobody is at the socket. */
        ABSENT,
        /** Somebody is, and does not answer in time. */
        SILENT,
        /** What is answered is not the guest agent's protocol. */
        GARBLED,
        /** The guest agent refuses a command. */
        REFUSED,
        /** A command of the guest's own failed. */
        FAILED,
        /** The guest is not what the configuration says. */
        UNSUITED
    }

    private final Kind kind;

    GuestException(Kind kind, String message) {
        this(kind, message, null);
    }

    GuestException(Kind kind, String message, Throwable cause) {
        super(oneLine(message), cause);
        this.kind = kind;
    }

    /** {@return what kind of trouble} */
    public Kind kind() {
        return kind;
    }

    /** A guest's text may be anything: no control characters, no end. */
    static String oneLine(String text) {
        final String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return cut.strip().replaceAll("[\\p{Cntrl}\\p{Cs}\\p{Cf}]+", " ");
    }
}
