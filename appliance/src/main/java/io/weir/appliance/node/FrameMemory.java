package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.PagePopulation;
import io.weir.bindings.Pages;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The memory of all frames, touched while the rest of the node starts, until its ports take it over. */
final class FrameMemory implements AutoCloseable {
    private static final long EVER = TimeUnit.DAYS.toNanos(1);

    private final Pages.Mode mode;
    private final PagePopulation population;
    private Pages pages; // null once it is taken

    private FrameMemory(NodeConfig config, List<DeviceFacts> devices, Reports reports) {
        this.mode = Specs.hugePages(config.io());
        this.pages = Pages.reserve(MemoryNeeds.of(config, devices).frames(), mode);
        this.population = PagePopulation.start(pages, 1, thrown -> reports.error("the frames' memory", thrown));
    }

    /**
     * Reserves what the ports will need, and begins.
     *
     * @param devices the node's
     * @throws io.weir.bindings.NativeException when there is no such memory
     */
    static FrameMemory reserve(NodeConfig config, List<DeviceFacts> devices, Reports reports) {
        return new FrameMemory(config, devices, reports);
    }

    /**
     * Memory that is touched, which the caller closes.
     *
     * @param bytes at least so many
     * @throws io.weir.bindings.NativeException when there is no such memory
     */
    Pages take(long bytes) {
        boolean touched = awaitTouched();
        if (pages != null && touched && pages.length() >= bytes) {
            Pages taken = pages;
            pages = null;
            return taken;
        }
        close();
        return Pages.map(bytes, mode);
    }

    private boolean awaitTouched() {
        try {
            return population.await(EVER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        population.close();
        if (pages != null) {
            pages.close();
            pages = null;
        }
    }
}
