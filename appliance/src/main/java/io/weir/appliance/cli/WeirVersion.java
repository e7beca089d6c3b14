package io.weir.appliance.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the program and of the Java that runs it. */
public final class WeirVersion implements IVersionProvider {
    /** For the command line. */
    public WeirVersion() {}

    @Override
    public String[] getVersion() {
        final String version = WeirVersion.class.getPackage().getImplementationVersion();
        return new String[] {
            "weir " + (version == null ? "(not from a jar)" : version),
            "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.version")
                    + ", " + System.getProperty("os.arch")
        };
    }
}
