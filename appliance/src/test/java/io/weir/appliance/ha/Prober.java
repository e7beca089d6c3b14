package io.weir.appliance.ha;

import io.weir.appliance.bed.IcmpEcho;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VirtualService;
import io.weir.bindings.NativeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that asks the virtual address again and again, by ping and by a new connection with a request in turn, until it
 * is closed, and remembers for how long at a time it went without an answer.
 */
final class Prober implements AutoCloseable {
    private static final int PATIENCE_MS = 100;
    private static final long PERIOD_MS = 5;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final IpFamily family;
    private final FutureTask<Void> task;
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean ended;
    private volatile long longestNs;

    Prober(Namespace client, IpFamily family) {
        this.family = family;
        this.task = client.fork(this::run);
    }

    private Void run() throws InterruptedException {
        InetSocketAddress web = family.vip(VirtualService.WEB);
        long answered = System.nanoTime();
        for (int n = 0; !ended; n++) {
            boolean answer = n % 2 == 0 ? ping(web.getAddress(), n & 0xffff) : fetch(web);
            long now = System.nanoTime();
            if (answer) {
                longestNs = Math.max(longestNs, now - answered);
                answered = now;
                answers.incrementAndGet();
            }
            TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
        }
        return null;
    }

    private static boolean ping(InetAddress address, int sequence) {
        try {
            return IcmpEcho.ping(address, 56, sequence, PATIENCE_MS).isPresent();
        } catch (NativeException e) {
            return false; // not even a way to the network, for the moment
        }
    }

    private static boolean fetch(InetSocketAddress web) {
        try (Socket socket = new Socket()) {
            socket.setSoLinger(true, 0);
            socket.setSoTimeout(PATIENCE_MS);
            socket.connect(web, PATIENCE_MS);
            socket.getOutputStream().write(REQUEST);
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for so many answers more. */
    void awaitAnswers(int more) throws InterruptedException {
        int wanted = answers.get() + more;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (answers.get() < wanted) {
            if (deadline - System.nanoTime() < 0 || task.isDone()) {
                throw new AssertionError(
                        "%s: %d answers more instead of %d".formatted(family, answers.get() - wanted + more, more));
            }
            TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
        }
    }

    /** The longest time without an answer, in ms, since the last call. */
    long takeLongestMs() {
        long longest = longestNs / 1_000_000;
        longestNs = 0;
        return longest;
    }

    @Override
    public void close() {
        ended = true;
        Namespace.join(task);
    }
}
