package io.weir.appliance.demo;

import io.weir.engine.trace.TraceReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a node found the servers of flows that it did not know, in a few words, from its trace. */
final class Recovery {
    private final Map<String, String> means = new HashMap<>();

    private Recovery() {}

    static Recovery of(List<TraceReader.Entry> trace) {
        Recovery recovery = new Recovery();
        Map<String, Integer> asked = new HashMap<>();
        for (TraceReader.Entry entry : trace) {
            if (entry.event() == null) {
                continue; // of a newer version
            }
            String flow = flow(entry.client().toString(), entry.clientPort());
            switch (entry.event()) {
                case PROBE_SENT -> asked.put(flow, entry.a());
                case PROBE_ADOPTED -> recovery.means.put(flow, "probe " + asked.getOrDefault(flow, 1));
                case DERIVED -> recovery.means.put(flow, "derived");
                case LEARNED -> recovery.means.put(flow, "learned");
                case SCHEDULED -> recovery.means.put(flow, "scheduled");
                case REPLAY_ESTABLISHED -> recovery.means.put(flow, "replay");
                case REFUSED -> recovery.means.put(flow, "refused");
                default -> {
                    // a step on the way
                }
            }
        }
        return recovery;
    }

    private static String flow(String client, int port) {
        return client + " " + port;
    }

    /** How; "not asked" for a connection of which no packet has come. */
    String of(Conversation conversation) {
        return means.getOrDefault(flow(conversation.family().front(2), conversation.clientPort()), "no packet");
    }
}
