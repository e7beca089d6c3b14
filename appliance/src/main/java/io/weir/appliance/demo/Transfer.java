package io.weir.appliance.demo;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A long download or upload, held to a pace until it may end, whose hash is checked then. */
final class Transfer extends Conversation {
    /** Bytes: more than the pace moves while nodes come and go. */
    static final long LENGTH = 150_000_000;

    private static final double NS_A_BYTE = 1e9 / 6e6;
    /** Small buffers, so that what the sender waits for is what the network does. */
    private static final int BUFFER = 1 << 17;

    private final boolean up;
    private long startNs;
    private long movedNs;

    Transfer(IpFamily family, boolean up) {
        super(up ? "upload" : "download", family);
        this.up = up;
    }

    @Override
    void converse() throws IOException {
        try (WebConnection connection = new WebConnection(family().vip(VirtualService.WEB), BUFFER)) {
            openedFrom(connection.localPort());
            startNs = System.nanoTime();
            movedNs = startNs;
            String digest = up ? connection.upload(LENGTH, this::moved) : connection.download(LENGTH, this::moved);
            require(digest.equals(PatternBytes.sha256(LENGTH)), "SHA-256 is " + digest);
        }
    }

    private void moved(long bytes) {
        long now = System.nanoTime();
        advanced(now - movedNs);
        long early = startNs + (long) (bytes * NS_A_BYTE) - now;
        if (early > 0 && !isEnding()) {
            LockSupport.parkNanos(Math.min(early, TimeUnit.MILLISECONDS.toNanos(100)));
        }
        movedNs = System.nanoTime();
    }
}
