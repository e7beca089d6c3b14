package io.weir.appliance.node;

import io.weir.appliance.admin.ServiceEdit;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.LoadedConfig;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Changes the services of a running node without its file. Control thread only.
 *
 * @param loader checks the change
 * @param served what is served now
 * @param change serves something else, or throws and serves what was served before
 * @param reports told of every change
 */
record Editor(ConfigLoader loader, Supplier<LoadedConfig> served, Consumer<LoadedConfig> change, Reports reports) {
    /**
     * Serves what is served now with a change.
     *
     * @throws ConfigurationException when that would be wrong; nothing has changed then
     */
    void edit(ServiceEdit edit) throws ConfigurationException {
        LoadedConfig before = served.get();
        LoadedConfig next = loader.change(before, edit.apply(before.texts()));
        change.accept(next);
        reports.info(edit.what() + " by the admin API, in memory only");
        next.warnings().stream()
                .filter(warning -> !before.warnings().contains(warning))
                .forEach(warning -> reports.warn(warning.withoutFile()));
    }
}
