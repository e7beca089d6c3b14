package io.weir.appliance.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.guest.GuestException.Kind;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The guest agent's commands that are used here, with their arguments and results as Java has them. */
final class GuestCommands {
    /** Without these nothing can be done in a guest. */
    static final List<String> NEEDED = List.of("guest-network-get-interfaces", "guest-exec", "guest-exec-status");

    /** How Linux may call a device; whatever else a guest says goes into no command. */
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");
    /** Services have a short PATH, and messages are to be English. */
    private static final String PREAMBLE = "PATH=$PATH:/usr/sbin:/sbin LC_ALL=C; export PATH LC_ALL\n";

    private static final long FIRST_PAUSE_MS = 5;
    private static final long LONGEST_PAUSE_MS = 250;

    private final GuestAgent agent;
    private final Duration limit;

    /**
     * @param agent whom to ask
     * @param limit how long a program may run
     */
    GuestCommands(GuestAgent agent, Duration limit) {
        this.agent = agent;
        this.limit = limit;
    }

    GuestInfo info() throws GuestException {
        return info(agent.call("guest-info", Answers.object()));
    }

    static GuestInfo info(JsonNode info) {
        final Set<String> commands = new HashSet<>();
        for (final JsonNode command : info.path("supported_commands")) {
            if (command.path("enabled").asBoolean()) {
                commands.add(command.path("name").asText());
            }
        }
        return new GuestInfo(GuestException.oneLine(info.path("version").asText()), Set.copyOf(commands));
    }

    /** The guest's operating system, for people. */
    String os() throws GuestException {
        final JsonNode os = agent.call("guest-get-osinfo", Answers.object());
        return GuestException.oneLine(
                os.path("pretty-name").asText(os.path("id").asText("")));
    }

    List<GuestInterface> interfaces() throws GuestException {
        return interfaces(agent.call("guest-network-get-interfaces", Answers.object()));
    }

    static List<GuestInterface> interfaces(JsonNode answer) throws GuestException {
        final String command = "guest-network-get-interfaces";
        if (!answer.isArray()) {
            throw Answers.garbled(command, "no list", null);
        }
        final List<GuestInterface> devices = new ArrayList<>();
        for (final JsonNode device : answer) {
            final Set<IpAddress> addresses = new LinkedHashSet<>();
            for (final JsonNode address : device.path("ip-addresses")) {
                addresses.add(address(command, address.path("ip-address").asText()));
            }
            final String name = device.path("name").asText();
            if (DEVICE.matcher(name).matches()) {
                devices.add(new GuestInterface(name, addresses));
            }
        }
        return devices;
    }

    private static IpAddress address(String command, String text) throws GuestException {
        try {
            return IpAddress.parse(text.replaceFirst("%.*", ""));
        } catch (final IllegalArgumentException e) {
            throw Answers.garbled(command, "no address: " + text, e);
        }
    }

    /**
     * Runs a program to its end, as root. It is found by the guest's PATH.
     *
     * @return how it ended, whatever its exit status
     * @throws GuestException if it could not be started, or does not end in time
     */
    Outcome run(String... words) throws GuestException {
        return script("exec \"$@\"", words);
    }

    /**
     * Runs a shell script.
     *
     * @param text POSIX
     * @param arguments its $1 and so on
     */
    Outcome script(String text, String... arguments) throws GuestException {
        final ObjectNode call = Answers.object().put("path", "/bin/sh").put("capture-output", true);
        final ArrayNode words =
                call.putArray("arg").add("-c").add(PREAMBLE + text).add("weir");
        for (final String argument : arguments) {
            words.add(argument);
        }
        final String command = "guest-exec";
        final long pid = Answers.number(command, agent.call(command, call).path("pid"));
        final long start = System.nanoTime();
        long pause = FIRST_PAUSE_MS;
        while (true) {
            final JsonNode status =
                    agent.call("guest-exec-status", Answers.object().put("pid", pid));
            if (status.path("exited").asBoolean()) {
                return outcome(status);
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new GuestException(
                        Kind.SILENT, String.join(" ", arguments) + ": has not ended in " + limit.toMillis() + " ms");
            }
            pause(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
        }
    }

    private static void pause(long ms) throws GuestException {
        try {
            Thread.sleep(ms);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuestException(Kind.SILENT, "interrupted", e);
        }
    }

    static Outcome outcome(JsonNode status) throws GuestException {
        final JsonNode signal = status.path("signal");
        final String command = "guest-exec-status";
        final long code =
                signal.isMissingNode() ? Answers.number(command, status.path("exitcode")) : 128 + signal.asLong();
        return new Outcome((int) code, decoded(status.path("out-data")), decoded(status.path("err-data")));
    }

    private static String decoded(JsonNode base64) throws GuestException {
        return new String(bytes("guest-exec-status", base64), StandardCharsets.UTF_8);
    }

    /** Bytes as answers have them, in base64; none where there is no such member. */
    private static byte[] bytes(String command, JsonNode base64) throws GuestException {
        if (base64.isMissingNode()) {
            return new byte[0];
        }
        try {
            final byte[] bytes = base64.isTextual() ? base64.binaryValue() : null;
            if (bytes != null) {
                return bytes;
            }
        } catch (final IOException e) {
            throw Answers.garbled(command, "no base64", e);
        }
        throw Answers.garbled(command, "no text where base64 must be", null);
    }

    /** What a program did that must succeed. */
    static Outcome must(Outcome outcome, String what) throws GuestException {
        if (outcome.code() != 0) {
            throw new GuestException(Kind.FAILED, what + ": " + outcome.complaint());
        }
        return outcome;
    }

    /** Opens a file; {@link #close} is owed. */
    long open(String path, String mode) throws GuestException {
        final String command = "guest-file-open";
        return Answers.number(
                command, agent.call(command, Answers.object().put("path", path).put("mode", mode)));
    }

    /** The next bytes of an open file; empty at its end. */
    byte[] read(long handle, int count) throws GuestException {
        final String command = "guest-file-read";
        final JsonNode answer =
                agent.call(command, Answers.object().put("handle", handle).put("count", count));
        return bytes(command, answer.path("buf-b64"));
    }

    /** Writes bytes to an open file, all of them. */
    void write(long handle, byte[] bytes) throws GuestException {
        final String command = "guest-file-write";
        final JsonNode answer =
                agent.call(command, Answers.object().put("handle", handle).put("buf-b64", bytes));
        if (Answers.number(command, answer.path("count")) != bytes.length) {
            throw new GuestException(Kind.FAILED, command + ": the file has taken a part only");
        }
    }

    /** Has what was written leave the guest agent's memory. */
    void flush(long handle) throws GuestException {
        agent.call("guest-file-flush", Answers.object().put("handle", handle));
    }

    void close(long handle) throws GuestException {
        agent.call("guest-file-close", Answers.object().put("handle", handle));
    }
}
