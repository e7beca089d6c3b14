package io.weir.appliance.admin;

import io.weir.appliance.config.ServiceConfig;
import java.util.List;

/**
 * A service as it is served at a moment.
 *
 * @param config what is configured
 * @param servers its servers, in the order of configuration
 * @param leaving servers that are configured no more and keep the connections that they have
 */
public record ServiceView(ServiceConfig config, List<ServerView> servers, List<ServerView> leaving) {}
