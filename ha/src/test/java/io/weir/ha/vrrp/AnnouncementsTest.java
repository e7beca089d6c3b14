package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final IpAddress VIP = IpAddress.parse("203.0.113.5");
    private static final IpAddress VIP6 = IpAddress.parse("2001:db8::5");
    private static final IpAddress NEW = IpAddress.parse("203.0.113.6");
    private static final IpAddress GATEWAY = IpAddress.parse("172.16.0.254");

    private final List<String> announced = new ArrayList<>();
    private final Announcements announcements = new Announcements(Map.of(0, recording("front"), 1, recording("back")));
    private long now = Long.MAX_VALUE - SECOND;

    private AddressAnnouncer recording(String port) {
        return new AddressAnnouncer() {
            @Override
            public void announce(List<IpAddress> addresses) {
                addresses.forEach(address -> announced.add(port + " " + address));
            }

            @Override
            public void close() {}
        };
    }

    private AnnouncementsTest() {
        announcements.addresses(Map.of(0, List.of(VIP, VIP6), 1, List.of(GATEWAY)));
    }

    /** Lets seconds go by; returns in which of them everything was announced. */
    private List<Integer> pass(int seconds) {
        List<Integer> at = new ArrayList<>();
        for (int n = 1; n <= seconds; n++) {
            now += SECOND;
            announced.clear();
            announcements.tick(now);
            if (announced.size() == 3) {
                at.add(n);
            }
        }
        return at;
    }

    @Test
    void shouldAnnounceNothingAsBackup() {
        assertEquals(List.of(), pass(100));
    }

    @Test
    void shouldAnnounceEachAddressOnItsPortAtOnceAndAgain() {
        announcements.begin(now);
        assertEquals(
                List.of("back 172.16.0.254", "front 2001:db8::5", "front 203.0.113.5"),
                announced.stream().sorted().toList());
        assertEquals(List.of(1, 2, 3, 4, 5, 65, 125, 185), pass(200));
        announcements.end();
        assertEquals(List.of(), pass(200));
        announcements.begin(now);
        assertEquals(List.of(1, 2, 3, 4, 5, 65), pass(70));
    }

    @Test
    void shouldAnnounceNewAddressesAtOnce() {
        announcements.begin(now);
        pass(30);
        announced.clear();
        announcements.addresses(Map.of(0, List.of(VIP, NEW), 1, List.of(GATEWAY)));
        assertEquals(List.of("front 203.0.113.6"), announced);
        announcements.addresses(Map.of(0, List.of(NEW), 1, List.of()));
        assertEquals(List.of("front 203.0.113.6"), announced);
    }

    @Test
    void shouldBeginAnewWhenContestedButNotAllTheTime() {
        announcements.begin(now);
        announced.clear();
        announcements.renew(now + SECOND / 2);
        assertEquals(List.of(), announced);
        now += SECOND;
        announcements.renew(now);
        assertEquals(3, announced.size());
        assertEquals(List.of(1, 2, 3, 4, 5, 65), pass(70));
        announcements.end();
        announced.clear();
        announcements.renew(now);
        assertEquals(List.of(), announced);
    }
}
