package io.weir.appliance.config;

import java.util.Set;

/**
 * What the file may say and this version cannot do: refused, as serving would be wrong without it. The only
 * place that knows; a feature that arrives deletes its lines here.
 */
final class NotAvailable {
    /** Schedulers that have a name but no implementation. */
    static final Set<String> SCHEDULERS = Set.of("lblc", "lblcr");

    private static final String NOT_YET = "is not available in this version";

    private NotAvailable() {}

    static void check(NodeConfig config, Settings settings) {
        config.services().forEach(s -> check(s, settings));
    }

    private static void check(ServiceConfig service, Settings settings) {
        final String name = service.name();
        final String scheduler = settings.text(ServiceKeys.SCHEDULER, name);
        refuse(
                SCHEDULERS.contains(scheduler),
                settings,
                ServiceKeys.SCHEDULER,
                "another scheduler, for instance dh,",
                name);
        refuse(service.persistence().isPresent(), settings, ServiceKeys.PERSISTENCE, "off", name);
        refuse(!service.algs().isEmpty(), settings, ServiceKeys.ALG, "none", name);
    }

    private static void refuse(boolean needed, Settings settings, Key<?> key, String right, String... segments) {
        if (needed) {
            settings.problems()
                    .error(key.name(segments), settings.written(key, segments), NOT_YET + "; " + right + " is right");
        }
    }
}
