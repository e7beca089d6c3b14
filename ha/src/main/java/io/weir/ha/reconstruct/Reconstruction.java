package io.weir.ha.reconstruct;

import io.weir.engine.trace.FlowTrace;
import io.weir.engine.worker.UnknownFlowHandler;
import io.weir.engine.worker.UnknownFlows;
import io.weir.engine.worker.WorkerParts;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Reconstruction of unknown flows on a node: makes each worker's handler, and answers the workers' questions. Made once by
 * the composition root.
 */
public final class Reconstruction implements UnknownFlows {
    private static final int ANSWERS_A_TURN = 256;

    private final ReconstructionSettings settings;
    private final IntFunction<FlowTrace> traces;
    private final HopQueries[] queries;

    /**
     * @param settings limits and times
     * @param workers workers of the node
     * @param traces each worker's ring
     */
    public Reconstruction(ReconstructionSettings settings, int workers, IntFunction<FlowTrace> traces) {
        this.settings = settings;
        this.traces = traces;
        this.queries =
                IntStream.range(0, workers).mapToObj(w -> new HopQueries()).toArray(HopQueries[]::new);
    }

    @Override
    public UnknownFlowHandler handler(WorkerParts parts) {
        int worker = parts.context().worker;
        return new Reconstructor(parts, settings, queries[worker], traces.apply(worker));
    }

    /**
     * Control thread: answers the workers' questions for ways to clients, some a turn.
     *
     * @return how many clients they were about
     */
    public int answer(HopQueries.Ways ways) {
        List<List<IpAddress>> questions = new ArrayList<>();
        Set<IpAddress> clients = new HashSet<>();
        for (HopQueries each : queries) {
            List<IpAddress> asked = each.questions(ANSWERS_A_TURN);
            questions.add(asked);
            clients.addAll(asked);
        }
        if (clients.isEmpty()) {
            return 0;
        }
        Map<IpAddress, Long> hops = ways.hops(clients);
        for (int worker = 0; worker < queries.length; worker++) {
            queries[worker].answer(questions.get(worker), hops);
        }
        return clients.size();
    }
}
