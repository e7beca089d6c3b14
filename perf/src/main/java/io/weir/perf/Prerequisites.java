package io.weir.perf;

import io.weir.appliance.cli.MachineException;
import io.weir.perf.contender.Contender;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a benchmark asks before it begins. */
final class Prerequisites {
    private Prerequisites() {}

    /** Namespaces and packet sockets are the administrator's. */
    static void root() throws MachineException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new MachineException("needs root, for network namespaces: sudo ./weir bench …");
        }
    }

    /** Says everything that is lacking at once. */
    static void all(List<Optional<String>> lacking) throws MachineException {
        String missing = lacking.stream().flatMap(Optional::stream).collect(Collectors.joining("; "));
        if (!missing.isEmpty()) {
            throw new MachineException(missing);
        }
    }

    /** The contenders named; all when none is. Commas in labels do not count, so that lists can be split at them. */
    static List<Contender> chosen(List<Contender> all, List<String> names) {
        List<String> known = all.stream()
                .map(contender -> contender.label().replace(",", ""))
                .toList();
        for (String name : names) {
            if (!known.contains(name.strip())) {
                throw new IllegalArgumentException("--only \"%s\": some of %s would be right".formatted(name, known));
            }
        }
        return all.stream()
                .filter(contender -> names.isEmpty()
                        || names.stream()
                                .map(String::strip)
                                .anyMatch(contender.label().replace(",", "")::equals))
                .toList();
    }
}
