package io.weir.appliance.bed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One connection of a web client, kept alive until closed. Made on a thread inside the client's namespace; blocking;
 * gives up after {@link #PATIENCE_MS} without a byte.
 */
public final class WebConnection implements AutoCloseable {
    /** Longest silence that is waited out. */
    public static final int PATIENCE_MS = 20_000;

    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_HEAD = 8192;
    private static final String LENGTH = "content-length:";

    private final InetSocketAddress target;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** Connects. */
    public WebConnection(InetSocketAddress target) throws IOException {
        this(target, 0);
    }

    /**
     * Connects.
     *
     * @param buffer bytes that the kernel may keep in either direction; 0: what it likes
     */
    public WebConnection(InetSocketAddress target, int buffer) throws IOException {
        this(target, connect(target, buffer));
    }

    private WebConnection(InetSocketAddress target, Socket connected) throws IOException {
        this.target = target;
        socket = connected;
        try {
            in = new BufferedInputStream(socket.getInputStream(), CHUNK);
            out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket connect(InetSocketAddress target, int buffer) throws IOException {
        Socket socket = new Socket();
        try {
            if (buffer != 0) {
                socket.setSendBufferSize(buffer);
                socket.setReceiveBufferSize(buffer);
            }
            socket.setSoTimeout(PATIENCE_MS);
            socket.setTcpNoDelay(true);
            socket.connect(target, PATIENCE_MS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Connects over TLS.
     *
     * @param tls knows whom to trust
     */
    public static WebConnection secure(InetSocketAddress target, SSLContext tls) throws IOException {
        Socket plain = connect(target, 0);
        try {
            String host = target.getAddress().getHostAddress();
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, target.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new WebConnection(target, socket);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** From now on it gives up after so long without a byte, in ms. */
    public void patience(int milliseconds) throws IOException {
        socket.setSoTimeout(milliseconds);
    }

    /** The client's port. */
    public int localPort() {
        return socket.getLocalPort();
    }

    /** One request on a connection of its own. */
    public static String fetch(InetSocketAddress target, String path) throws IOException {
        try (WebConnection connection = new WebConnection(target)) {
            return connection.get(path, false);
        }
    }

    /** A request whose answer is a short text; the connection stays open. */
    public String get(String path) throws IOException {
        return get(path, true);
    }

    private String get(String path, boolean keepAlive) throws IOException {
        send("GET " + path, "", keepAlive);
        byte[] text = in.readNBytes((int) readHead());
        if (!keepAlive && in.read() != -1) {
            throw new IOException("more than the answer came");
        }
        return new String(text, US_ASCII);
    }

    /** Fetches a long answer and returns its SHA-256 in hexadecimal. */
    public String download(long length) throws IOException {
        return download(length, done -> {});
    }

    /**
     * Fetches a long answer and returns its SHA-256 in hexadecimal.
     *
     * @param progress is told after each part how many bytes have come
     */
    public String download(long length, LongConsumer progress) throws IOException {
        send("GET /bytes/" + length, "", true);
        long left = readHead();
        if (left != length) {
            throw new IOException("asked for %d bytes, was promised %d".formatted(length, left));
        }
        MessageDigest digest = PatternBytes.digest();
        byte[] chunk = new byte[CHUNK];
        while (left > 0) {
            int size = in.read(chunk, 0, (int) Math.min(CHUNK, left));
            if (size < 0) {
                throw new EOFException(left + " bytes of " + length + " are missing");
            }
            digest.update(chunk, 0, size);
            left -= size;
            progress.accept(length - left);
        }
        return PatternBytes.hex(digest);
    }

    /** Sends the first bytes of {@link PatternBytes} and returns the SHA-256 that the server found. */
    public String upload(long length) throws IOException {
        return upload(length, done -> {});
    }

    /**
     * Sends the first bytes of {@link PatternBytes} and returns the SHA-256 that the server found.
     *
     * @param progress is told after each part how many bytes have been sent
     */
    public String upload(long length, LongConsumer progress) throws IOException {
        send("POST /hash", "Content-Length: " + length + "\r\n", true);
        byte[] chunk = new byte[CHUNK];
        for (long at = 0; at < length; at += CHUNK) {
            int size = (int) Math.min(CHUNK, length - at);
            PatternBytes.read(at, chunk, size);
            out.write(chunk, 0, size);
            progress.accept(at + size);
        }
        return new String(in.readNBytes((int) readHead()), US_ASCII);
    }

    private void send(String request, String headers, boolean keepAlive) throws IOException {
        String host = target.getAddress().getHostAddress();
        String head = request + " HTTP/1.1\r\nHost: " + (host.contains(":") ? "[" + host + "]" : host) + "\r\n"
                + headers + (keepAlive ? "" : "Connection: close\r\n") + "\r\n";
        out.write(head.getBytes(US_ASCII));
    }

    /** Reads up to the body, and returns the body's length. */
    private long readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int c = in.read();
            if (c < 0 || head.length() == LONGEST_HEAD) {
                throw new EOFException("no HTTP answer from " + target + " but \"" + head + "\"");
            }
            head.append((char) c);
        }
        String[] lines = head.toString().split("\r\n");
        if (!lines[0].startsWith("HTTP/1.1 200 ")) {
            throw new IOException(target + " answers " + lines[0]);
        }
        for (String line : lines) {
            if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                return Long.parseLong(line.substring(LENGTH.length()).trim());
            }
        }
        throw new IOException(target + " answers without a length");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
