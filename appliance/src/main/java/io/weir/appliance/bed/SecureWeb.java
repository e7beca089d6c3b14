package io.weir.appliance.bed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * nginx before the web servers of a namespace, for clients that want TLS, with a certificate that it has signed itself.
 * The certificate is for the virtual address, as every real server's is.
 */
public final class SecureWeb {
    /** Where it listens. */
    public static final int PORT = 443;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(15);

    private final Path key;
    private final Path certificate;
    private final Path directory;

    /**
     * Makes a key and a certificate.
     *
     * @param directory for the files of the servers
     */
    public SecureWeb(Path directory) {
        this.directory = directory;
        key = directory.resolve("tls.key");
        certificate = directory.resolve("tls.crt");
        Program.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=weir",
                "-addext",
                "subjectAltName=IP:%s,IP:%s".formatted(IpFamily.IPV4.vip(), IpFamily.IPV6.vip()),
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
    }

    /** Trusts that certificate, and no other. */
    public SSLContext client() {
        try (InputStream in = Files.newInputStream(certificate)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "weir", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot trust " + certificate, e);
        }
    }

    /**
     * Starts a server that ends with its namespace, and waits until it listens.
     *
     * @param webPort where the namespace's web server listens
     */
    public void start(Namespace namespace, int webPort) {
        Path file = directory.resolve(namespace.name() + "-nginx.conf");
        Path log = directory.resolve(namespace.name() + "-nginx.log");
        try {
            Files.writeString(file, """
                    daemon off;
                    master_process off;
                    pid %1$s/%2$s-nginx.pid;
                    error_log stderr;
                    events { }
                    http {
                        access_log off;
                        client_body_temp_path %1$s;
                        proxy_temp_path %1$s;
                        client_max_body_size 0;
                        server {
                            listen %3$d ssl;
                            listen [::]:%3$d ssl;
                            ssl_certificate %4$s;
                            ssl_certificate_key %5$s;
                            location / {
                                proxy_pass http://127.0.0.1:%6$d;
                                proxy_http_version 1.1;
                                proxy_set_header Connection "";
                                proxy_buffering off;
                                proxy_request_buffering off;
                            }
                        }
                    }
                    """.formatted(directory, namespace.name(), PORT, certificate, key, webPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process nginx = namespace.start(
                new ProcessBuilder("nginx", "-p", directory.toString(), "-c", file.toString(), "-e", "stderr")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile()));
        namespace.call(() -> {
            awaitListening(nginx, log);
            return null;
        });
    }

    private static void awaitListening(Process nginx, Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NS;
        InetSocketAddress address = IpFamily.socketAddress("127.0.0.1", PORT);
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (IOException e) {
                if (!nginx.isAlive() || deadline - System.nanoTime() < 0) {
                    throw new IOException("nginx does not listen: " + Files.readString(log), e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }
}
