package io.weir.appliance.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the program and of the Java that runs it. */
public final class WeirVersion implements IVersionProvider {
    /** For the command line. */
    public WeirVersion() {}

    /** {@return the program's version, as its jar has it} */
    public static String number() {
        final String version = WeirVersion.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "weir " + number(),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.version")
                    + ", " + System.getProperty("os.arch")
        };
    }
}
