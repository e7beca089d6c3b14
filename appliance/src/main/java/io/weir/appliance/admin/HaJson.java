package io.weir.appliance.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.ha.HaCounter;
import io.weir.ha.HaStatus;

/** A node's part among the others in JSON, the same for the API and for {@code weir stat}. */
public final class HaJson {
    private HaJson() {}

    /** Without what is not known: another process sees no reasons. */
    public static ObjectNode of(HaStatus status) {
        ObjectNode json = Reply.JSON
                .createObjectNode()
                .put("mode", status.mode())
                .put("state", status.state().label())
                .put("since", status.since().toString());
        if (!status.why().isEmpty()) {
            json.put("why", status.why());
        }
        if (status.counters().isEmpty()) {
            return json; // on its own
        }
        if (status.mode().equals("bgp")) {
            status.announced().stream().map(Object::toString).forEach(json.withArray("announced")::add);
        } else {
            json.put("priority", status.priority()).put("effectivePriority", status.effectivePriority());
        }
        json.put("released", status.released()).put("terms", status.terms());
        status.master().ifPresent(master -> json.put("master", master.toString()));
        status.hindrances().forEach(json.withArray("hindrances")::add);
        ObjectNode counters = json.putObject("counters");
        for (HaCounter counter : HaCounter.values()) {
            counters.put(counter.label(), status.counters().get(counter));
        }
        return json;
    }
}
