package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.LoadedHost;
import io.weir.appliance.config.NodeConfig;
import java.io.PrintWriter;

/**
 * What the commands do to a node once their arguments are understood. Each returns an {@link ExitCode}, and throws
 * {@link MachineException} if the machine lacks something.
 */
public interface NodeOperations {
    /**
     * Runs a node until SIGTERM or SIGINT.
     *
     * @param config the configuration
     * @param loader reads the file again on SIGHUP
     * @param out standard output
     * @return an exit code
     * @throws Exception if the run fails; its message is one line for the operator
     */
    int run(LoadedConfig config, ConfigLoader loader, PrintWriter out) throws Exception;

    /**
     * Shows the counters of a running node.
     *
     * @param node its configuration
     * @param options how to show them
     * @param out standard output
     * @return an exit code
     * @throws Exception if there is no such node, or its counters cannot be read
     */
    int stat(NodeConfig node, StatOptions options, PrintWriter out) throws Exception;

    /**
     * Shows the distinct errors of a running node.
     *
     * @param node its configuration
     * @param out standard output
     * @return an exit code
     * @throws Exception if there is no such node, or its error log cannot be read
     */
    int errors(NodeConfig node, PrintWriter out) throws Exception;

    /**
     * Asks a running node about its part among others.
     *
     * @param node its configuration
     * @param action what to ask
     * @param out standard output
     * @return an exit code: fine only if the node did what it was asked
     * @throws Exception if there is no such node, or it does not answer
     */
    int ha(NodeConfig node, HaAction action, PrintWriter out) throws Exception;

    /**
     * Shows what happened to flows that a node did not know, or that lost their server.
     *
     * @param node its configuration
     * @param options whose flows
     * @param out standard output
     * @return an exit code
     * @throws Exception if the node has left no trace, or it cannot be read
     */
    int trace(NodeConfig node, TraceOptions options, PrintWriter out) throws Exception;

    /**
     * Unwraps tunnelled packets on a device of this machine, or ends it.
     *
     * @param options what, where
     * @param out standard output
     * @return an exit code
     * @throws Exception if the device or the kernel does not play
     */
    int decap(DecapOptions options, PrintWriter out) throws Exception;

    /**
     * Gives the guests of this hypervisor their virtual addresses, or tells about them.
     *
     * @param config the configuration
     * @param action what to do
     * @param loader reads the file again on SIGHUP
     * @param out standard output
     * @return an exit code
     * @throws Exception if that fails; its message is one line for the operator
     */
    int host(LoadedHost config, HostAction action, ConfigLoader loader, PrintWriter out) throws Exception;

    /**
     * Shows the whole thing on this machine.
     *
     * @param options how
     * @param out standard output
     * @return an exit code: fine only if every check held
     * @throws Exception if the demonstration cannot be set up
     */
    int demo(DemoOptions options, PrintWriter out) throws Exception;

    /**
     * Records a node's start, from which later ones load.
     *
     * @param out standard output
     * @return an exit code
     * @throws Exception if the node does not start, or the recording cannot be written
     */
    int train(PrintWriter out) throws Exception;
}
