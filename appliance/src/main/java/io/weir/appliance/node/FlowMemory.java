package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.PagePopulation;
import io.weir.bindings.Pages;
import io.weir.engine.flow.FlowTable;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The memory of the workers' flow tables: reserved first of all, and touched while the rest of the node starts.
 *
 * <p>Where memory comes at its usual speed it is all touched before the pipeline is warm. Where it does not (a virtual
 * machine whose host has to find every page), the node does not wait for ever: traffic then flows while the rest is
 * touched, and a flow that is earlier pays for a page of 4 KiB.
 */
final class FlowMemory implements AutoCloseable {
    private static final long WITHIN_NS = TimeUnit.MILLISECONDS.toNanos(2_500);
    private static final int MOST_THREADS = 4;
    private static final long BYTES_A_THREAD = 512L << 20;

    private final long begunNs = System.nanoTime();
    private final int capacity;
    private final long tableBytes;
    private final Pages pages;
    private final PagePopulation population;

    private FlowMemory(NodeConfig config, Reports reports) {
        this.capacity = Specs.flowCapacity(config);
        this.tableBytes = FlowTable.byteSize(capacity);
        this.pages = Pages.reserve(tableBytes * config.workers().cores().size(), Specs.hugePages(config.io()));
        int threads = Math.clamp(
                pages.length() / BYTES_A_THREAD,
                1,
                Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
        this.population =
                PagePopulation.start(pages, threads, thrown -> reports.error("the flow tables' memory", thrown));
    }

    static FlowMemory reserve(NodeConfig config, Reports reports) {
        return new FlowMemory(config, reports);
    }

    /** Waits until all is touched, or the node has waited long enough. */
    void awaitTouched() {
        try {
            population.await(WITHIN_NS - (System.nanoTime() - begunNs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What memory it is and why, and whether all of it is touched by now. */
    String reason() {
        long touched = population.populated();
        return "flows in %d MiB of %s pages%s%s"
                .formatted(
                        pages.length() >> 20,
                        pages.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        pages.reason().isEmpty() ? "" : ": " + pages.reason(),
                        touched == pages.length()
                                ? ""
                                : "; %d MiB touched so far, the rest while traffic flows".formatted(touched >> 20));
    }

    /** A worker's table. */
    FlowTable table(int worker) {
        return new FlowTable(pages.address() + tableBytes * worker, capacity);
    }

    @Override
    public void close() {
        population.close();
        pages.close();
    }
}
