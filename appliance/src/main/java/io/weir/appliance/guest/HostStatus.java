package io.weir.appliance.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All guests of a host, and its form as JSON.
 *
 * @param host the hypervisor's name
 * @param guests in the order of the file
 */
public record HostStatus(String host, List<GuestStatus> guests) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** {@return it as JSON, for programs and for the next start} */
    public String json() {
        final ObjectNode root = MAPPER.createObjectNode().put("host", host);
        final ArrayNode list = root.putArray("guests");
        guests.forEach(guest -> write(guest, list.addObject()));
        return root.toPrettyString() + "\n";
    }

    private static void write(GuestStatus guest, ObjectNode to) {
        to.put("port", guest.port());
        to.put("agent", guest.agent().map(Path::toString).orElse(""));
        to.put("state", guest.state().toString());
        to.put("since", guest.since().toString());
        to.put("attempts", guest.attempts());
        to.put("error", guest.error());
        to.put("version", guest.facts().version());
        to.put("os", guest.facts().os());
        to.put("device", guest.facts().device());
        addresses(guest.wanted(), to.putArray("wanted"));
        addresses(guest.facts().present(), to.putArray("present"));
        addresses(guest.ours(), to.putArray("ours"));
        to.put("configuration", guest.facts().system());
        to.put("file", guest.facts().file());
    }

    private static void addresses(SortedSet<IpAddress> addresses, ArrayNode to) {
        addresses.forEach(address -> to.add(address.toString()));
    }

    /**
     * Reads what {@link #json} has written.
     *
     * @param json the text
     * @return the status
     * @throws IOException if it is something else
     */
    public static HostStatus read(String json) throws IOException {
        try {
            final JsonNode root = MAPPER.readTree(json);
            final List<GuestStatus> guests = new ArrayList<>();
            for (final JsonNode guest : root.path("guests")) {
                guests.add(guest(guest));
            }
            return new HostStatus(root.path("host").asText(), List.copyOf(guests));
        } catch (final IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("no status of a host: " + e.getMessage(), e);
        }
    }

    private static GuestStatus guest(JsonNode from) {
        final String agent = from.path("agent").asText();
        final GuestFacts facts = new GuestFacts(
                from.path("version").asText(),
                from.path("os").asText(),
                from.path("device").asText(),
                addresses(from.path("present")),
                from.path("configuration").asText(),
                from.path("file").asText());
        return new GuestStatus(
                from.path("port").asText(),
                agent.isEmpty() ? Optional.empty() : Optional.of(Path.of(agent)),
                GuestState.valueOf(from.path("state").asText().toUpperCase(Locale.ROOT)),
                Instant.parse(from.path("since").asText()),
                from.path("attempts").asInt(),
                from.path("error").asText(),
                facts,
                addresses(from.path("wanted")),
                addresses(from.path("ours")));
    }

    private static SortedSet<IpAddress> addresses(JsonNode from) {
        final SortedSet<IpAddress> addresses = new TreeSet<>();
        from.forEach(address -> addresses.add(IpAddress.parse(address.asText())));
        return addresses;
    }
}
