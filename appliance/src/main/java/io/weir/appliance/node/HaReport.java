package io.weir.appliance.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.admin.AdminClient;
import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.HaAction;
import io.weir.appliance.cli.MachineException;
import io.weir.appliance.config.NodeConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** {@code weir ha}: asks a running node by its admin API. */
final class HaReport {
    private HaReport() {}

    static int print(NodeConfig node, HaAction action, PrintWriter out) throws MachineException, IOException {
        AdminClient.Answer answer;
        try {
            AdminClient client = new AdminClient(node.admin());
            answer = action == HaAction.STATUS
                    ? client.send("GET", "/v1/ha", "")
                    : client.send("POST", "/v1/ha/" + action.name().toLowerCase(Locale.ROOT), "");
        } catch (IOException e) {
            throw new MachineException("node %s does not answer: %s".formatted(node.name(), e.getMessage()), e);
        }
        if (!answer.isGood()) {
            throw new IOException(answer.body().path("error").asText("status " + answer.status()));
        }
        for (var field : answer.body().properties()) {
            if (field.getValue().isObject()) {
                field.getValue()
                        .properties()
                        .forEach(inner -> line(out, field.getKey() + "." + inner.getKey(), inner.getValue()));
            } else {
                line(out, field.getKey(), field.getValue());
            }
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void line(PrintWriter out, String name, JsonNode value) {
        out.printf("%-40s %s%n", name, value.isValueNode() ? value.asText() : value.toString());
    }
}
