package io.weir.appliance.guest;

import io.weir.appliance.guest.GuestException.Kind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where all guests of a host stand, in memory and in the status file, which is written when something has changed. Each
 * guest's thread writes its own; guarded by the board's monitor, in which no listener is called but for a file's failure.
 */
final class StatusBoard {
    private final String host;
    private final StatusFile file;
    private final GuestReports reports;
    private final Map<String, GuestStatus> guests = new LinkedHashMap<>();
    private boolean written;

    StatusBoard(String host, StatusFile file, GuestReports reports) {
        this.host = host;
        this.file = file;
        this.reports = reports;
    }

    synchronized HostStatus status() {
        return new HostStatus(host, List.copyOf(guests.values()));
    }

    /** A guest stands somewhere. */
    void put(GuestStatus now) {
        final GuestStatus before = replace(now);
        if (before != null && isNews(before, now)) {
            reports.changed(before, now);
        }
    }

    private synchronized GuestStatus replace(GuestStatus now) {
        final GuestStatus before = guests.put(now.port(), now);
        if (!now.equals(before) || !written) {
            write();
        }
        return before;
    }

    private static boolean isNews(GuestStatus before, GuestStatus now) {
        return before.state() != now.state()
                || !before.error().equals(now.error())
                || !before.ours().equals(now.ours())
                || !before.facts().present().equals(now.facts().present());
    }

    /** A guest will have addresses of ours: it must not get them unless this is on the disk. */
    synchronized void claim(GuestStatus now) throws GuestException {
        guests.put(now.port(), now);
        if (!write()) {
            throw new GuestException(Kind.FAILED, "not begun, because " + file.path() + " cannot be written");
        }
    }

    /** A guest is no longer looked after. */
    void remove(String port) {
        final GuestStatus gone = delete(port);
        if (gone != null) {
            reports.gone(gone);
        }
    }

    private synchronized GuestStatus delete(String port) {
        final GuestStatus gone = guests.remove(port);
        write();
        return gone;
    }

    private boolean write() {
        try {
            file.write(status());
            written = true;
        } catch (final IOException e) {
            if (written) { // said once, until it works again
                reports.unwritten(file.path() + " cannot be written: " + e.getMessage());
            }
            written = false;
        }
        return written;
    }
}
