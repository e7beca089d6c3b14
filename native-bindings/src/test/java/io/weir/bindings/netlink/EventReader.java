package io.weir.bindings.netlink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Waits for events. */
final class EventReader {
    private static final int TIMEOUT_MS = 10_000;

    private EventReader() {}

    /** The first changed record of a type that fits. */
    static <T extends NetlinkRecord> T await(RouteEvents events, Class<T> type, Predicate<T> wanted) {
        NetlinkEvent.Changed event = (NetlinkEvent.Changed) await(
                events,
                e -> e instanceof NetlinkEvent.Changed(NetlinkRecord r)
                        && type.isInstance(r)
                        && wanted.test(type.cast(r)));
        return type.cast(event.record());
    }

    /** The first event that fits. */
    static NetlinkEvent await(RouteEvents events, Predicate<NetlinkEvent> wanted) {
        List<NetlinkEvent> seen = new ArrayList<>();
        while (true) {
            if (!events.await(TIMEOUT_MS)) {
                throw new AssertionError("waited in vain; seen: " + seen);
            }
            List<NetlinkEvent> batch = new ArrayList<>();
            events.poll(batch::add);
            seen.addAll(batch);
            for (NetlinkEvent event : batch) {
                if (wanted.test(event)) {
                    return event;
                }
            }
        }
    }
}
