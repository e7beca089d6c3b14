package io.weir.appliance.node;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.PagePopulation;
import io.weir.bindings.Pages;
import io.weir.engine.port.PortFactory;
import io.weir.engine.port.PortOptions;
import java.util.concurrent.TimeUnit;

/** The memory of all frames, touched while the rest of the node starts, until its ports take it over. */
final class FrameMemory implements AutoCloseable {
    private static final long EVER = TimeUnit.DAYS.toNanos(1);

    private final Pages.Mode mode;
    private final PagePopulation population;
    private Pages pages; // null once it is taken

    private FrameMemory(PortOptions options, Reports reports) {
        long bytes = PortFactory.memory(
                options, options.devices().stream().map(DeviceFacts::of).toList());
        this.mode = options.hugePages();
        this.pages = Pages.reserve(bytes, mode);
        this.population = PagePopulation.start(pages, 1, thrown -> reports.error("the frames' memory", thrown));
    }

    /**
     * Reserves what the ports will need, and begins.
     *
     * @throws io.weir.bindings.NativeException when there is no such memory
     */
    static FrameMemory reserve(PortOptions options, Reports reports) {
        return new FrameMemory(options, reports);
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
