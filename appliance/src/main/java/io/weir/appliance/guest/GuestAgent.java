package io.weir.appliance.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.guest.GuestException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A conversation with a guest agent: one command after the other. It begins with {@code guest-sync-delimited}, which throws
 * away what the agent still had to say to somebody before us, and says so with a number of ours.
 *
 * <p>After a {@link GuestException} other than {@link Kind#REFUSED} it is over: only a new one can tell which answer belongs
 * to which question.
 */
final class GuestAgent implements AutoCloseable {
    private static final String SYNC = "guest-sync-delimited";

    private final AgentSocket socket;

    private GuestAgent(AgentSocket socket) {
        this.socket = socket;
    }

    /**
     * Begins a conversation.
     *
     * @param path the agent's socket
     * @param clock whose thread ends what takes too long
     * @param limit of each command
     * @throws GuestException if there is no guest agent that answers
     */
    static GuestAgent open(Path path, ScheduledExecutorService clock, Duration limit) throws GuestException {
        final AgentSocket socket = AgentSocket.connect(path, clock, limit);
        final GuestAgent agent = new GuestAgent(socket);
        try {
            agent.synchronise(ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
        } catch (final GuestException e) {
            socket.close();
            throw e;
        }
        return agent;
    }

    /** The byte before the request resets the agent's parser, whatever it has read of others; it may complain of it. */
    private void synchronise(int id) throws GuestException {
        final byte[] request = Answers.request(SYNC, Answers.object().put("id", id));
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0xff);
        bytes.writeBytes(request);
        socket.within(SYNC, () -> {
            socket.send(bytes.toByteArray());
            JsonNode answer;
            do { // an earlier conversation's own may still come
                socket.skipToDelimiter();
                answer = Answers.read(SYNC, socket.line());
            } while (Answers.number(SYNC, answer) != id);
            return null;
        });
    }

    /**
     * Has a command executed.
     *
     * @param command its name
     * @param arguments its arguments; may be empty
     * @return what it returned
     * @throws GuestException if it was refused, or not answered
     */
    JsonNode call(String command, ObjectNode arguments) throws GuestException {
        final byte[] request = Answers.request(command, arguments);
        final byte[] line = socket.within(command, () -> {
            if (socket.hasRest()) {
                throw Answers.garbled(command, "more than an answer to the command before", null);
            }
            socket.send(request);
            return socket.line();
        });
        return Answers.read(command, line);
    }

    @Override
    public void close() {
        socket.close();
    }
}
