package io.weir.appliance.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaControl;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code /v1/ha}: where the node stands among others, and giving mastership away. */
final class HaPlace {
    private static final List<String> MEANS = List.of("derive", "learn", "probe", "replay", "refuse");
    private static final String RECONSTRUCTED = "reconstructed.";

    private final NodeView node;

    HaPlace(NodeView node) {
        this.node = node;
    }

    Reply status() {
        return Reply.json(json());
    }

    /** Takes effect on the HA thread, soon: the answer says where the node stood when it was asked. */
    Reply release() throws ApiException {
        return asked(HaControl::release);
    }

    Reply resume() throws ApiException {
        return asked(HaControl::resume);
    }

    private Reply asked(Consumer<HaControl> request) throws ApiException {
        try {
            request.accept(node.ha());
        } catch (UnsupportedOperationException e) {
            throw new ApiException(409, e.getMessage());
        }
        return Reply.json(202, json(), Map.of());
    }

    private ObjectNode json() {
        ObjectNode json = HaJson.of(node.ha().status());
        ObjectNode reconstructed = json.putObject("reconstructed");
        MEANS.forEach(means -> reconstructed.put(means, sum(RECONSTRUCTED + means)));
        return json;
    }

    /** 0 for a counter that there is not. */
    private long sum(String label) {
        long sum = 0;
        for (Counter counter : Counter.values()) {
            sum += counter.label().equals(label) ? node.counters().sum(counter) : 0;
        }
        return sum;
    }
}
