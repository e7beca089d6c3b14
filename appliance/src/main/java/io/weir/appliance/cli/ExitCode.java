package io.weir.appliance.cli;

/** The exit codes of every command. */
public final class ExitCode {
    /** Fine. */
    public static final int OK = 0;

    /** A check or the run failed. */
    public static final int FAILED = 1;

    /** Bad usage or configuration. */
    public static final int USAGE = 2;

    /** The machine lacks something; the message says what. */
    public static final int MACHINE = 3;

    private ExitCode() {}
}
