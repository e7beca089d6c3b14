package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.health.Health;
import io.weir.appliance.health.Target;
import io.weir.bindings.NativeException;
import io.weir.scheduler.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the control plane tells the operator, on the log. */
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger("weir");

    void unreachable(IpAddress server, String trouble, boolean running) {
        if (running) {
            LOG.warn("server {}: {}", server, trouble);
        } else {
            LOG.debug("server {}: {}", server, trouble);
        }
    }

    /** A server has gone up or down, or its first check has ended. */
    void health(Target target, Health before, Health now) {
        String server = "server %s of %s (%s)".formatted(target.server(), target.service(), target.address());
        if (now.up()) {
            LOG.info("{}: up: {}", server, now.last());
        } else {
            LOG.warn("{}: down: {} ({} in a row)", server, now.last(), now.streak());
        }
    }

    void reloaded(NodeConfig config) {
        LOG.info(
                "reloaded {}: {} services, {} servers",
                config.file(),
                config.services().size(),
                config.services().stream().mapToInt(s -> s.servers().size()).sum());
    }

    void info(String line) {
        LOG.info("{}", line);
    }

    /** SIGHUP does not reach this process. */
    void noReloads() {
        LOG.warn("SIGHUP is ignored, as it was where this process was started (nohup does that): "
                + "changes of the file wait for a restart");
    }

    void debug(String line) {
        LOG.debug("{}", line);
    }

    void warn(String line) {
        LOG.warn("{}", line);
    }

    void error(String place, Throwable thrown) {
        if (thrown instanceof DeviceException || thrown instanceof NativeException) {
            LOG.error("{}", thrown.getMessage()); // says it all
        } else {
            LOG.error("in {}", place, thrown);
        }
    }
}
