package io.weir.appliance.cli;

/** The machine lacks something that the command needs; ends it with {@link ExitCode#MACHINE}. */
public final class MachineException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message one line: what is lacking, and how to get it
     */
    public MachineException(String message) {
        super(message);
    }

    /**
     * Makes an exception.
     *
     * @param message one line: what is lacking, and how to get it
     * @param cause what showed it
     */
    public MachineException(String message, Throwable cause) {
        super(message, cause);
    }
}
