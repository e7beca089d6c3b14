package io.weir.perf.contender;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.WorkDirectory;
import java.nio.file.Path;
import java.util.List;

/** nginx as the web server behind every contender: one process, a short answer from memory. */
public final class NginxServer {
    /** A single process in the foreground, whose files lie in a directory. */
    static final String PROCESS = """
            daemon off;
            master_process off;
            pid %s/pid;
            worker_rlimit_nofile 65536;
            events { worker_connections 16384; multi_accept on; }
            """;

    private NginxServer() {}

    static List<String> command(Path file) {
        return List.of("nginx", "-e", "stderr", "-c", file.toString());
    }

    /**
     * Starts one.
     *
     * @param namespace where
     * @param core that it is pinned to
     * @param address where it listens
     * @param port where it listens
     * @param body bytes of an answer's body
     */
    public static Daemon start(Namespace namespace, int core, String address, int port, int body) {
        WorkDirectory directory = WorkDirectory.create("weir-nginx-");
        String text = PROCESS.formatted(directory)
                + """
                http {
                  access_log off;
                  default_type text/plain;
                  keepalive_requests 1000000000;
                  keepalive_timeout 60s;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  server {
                    listen %2$s backlog=4096;
                    location / { return 200 "%3$s"; }
                  }
                }
                """.formatted(directory, IpFamily.IPV4.endpoint(address, port), "x".repeat(body));
        return Daemon.start(namespace, core, command(directory.write("nginx.conf", text)), directory)
                .awaitPort(namespace, IpFamily.socketAddress(address, port));
    }
}
