package io.weir.perf.contender;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import io.weir.appliance.bed.WorkDirectory;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A proxy of layer 4 in user space: two TCP connections where the others have one. */
public enum Proxy implements Contender {
    /** HAProxy in TCP mode, one thread. */
    HAPROXY("haproxy") {
        @Override
        public Optional<String> lacking() {
            return Tools.lacking("haproxy", "haproxy");
        }

        @Override
        List<String> command(Site site, WorkDirectory directory) {
            String text = """
                    global
                      nbthread 1
                      maxconn 8000
                    defaults
                      mode tcp
                      timeout connect 5s
                      timeout client 60s
                      timeout server 60s
                    frontend front
                      bind %s
                      default_backend back
                    backend back
                      balance roundrobin
                    %s
                    """.formatted(site.virtual(), servers(site.service(), "  server %1$s %2$s weight %3$d"));
            return List.of(
                    "haproxy", "-db", "-f", directory.write("haproxy.cfg", text).toString());
        }
    },
    /** nginx's stream module, one process. */
    NGINX_STREAM("nginx stream") {
        @Override
        public Optional<String> lacking() {
            return Tools.lackingNginxStream();
        }

        @Override
        List<String> command(Site site, WorkDirectory directory) {
            String module = Tools.streamModule()
                    .map(file -> "load_module " + file + ";\n")
                    .orElse("");
            String text = module
                    + NginxServer.PROCESS.formatted(directory)
                    + """
                    stream {
                      upstream back {
                    %s
                      }
                      server {
                        listen %s backlog=4096;
                        proxy_pass back;
                      }
                    }
                    """.formatted(servers(site.service(), "    server %2$s weight=%3$d;"), site.virtual());
            return NginxServer.command(directory.write("nginx.conf", text));
        }
    };

    private final String label;

    Proxy(String label) {
        this.label = label;
    }

    /** What to start; its files are written. */
    abstract List<String> command(Site site, WorkDirectory directory);

    private static String servers(VirtualService service, String format) {
        return service.servers().stream()
                .map((RealServer server) -> format.formatted(
                        server.id(), service.family().endpoint(server.address(), server.port()), server.weight()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String where(int core) {
        return "one process on core " + core + ", the kernel's part of it on the senders' cores too";
    }

    @Override
    public Running start(Site site) {
        site.holdVirtualAddress();
        site.node().sysctl("net/ipv4/ip_local_port_range", "1024 65535");
        site.node().sysctl("net/ipv4/tcp_tw_reuse", "1");
        WorkDirectory directory = WorkDirectory.create("weir-proxy-");
        VirtualService service = site.service();
        Daemon daemon = Daemon.start(site.node(), site.core(), command(site, directory), directory)
                .awaitPort(site.node(), IpFamily.socketAddress(service.family().vip(), service.port()));
        return new Running() {
            @Override
            public String target() {
                return site.virtual();
            }

            @Override
            public void close() {
                daemon.close();
            }
        };
    }
}
