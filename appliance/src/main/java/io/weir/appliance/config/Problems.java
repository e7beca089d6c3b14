package io.weir.appliance.config;

import io.weir.appliance.config.Problem.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one file. */
final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void error(String key, String value, String message) {
        add(Severity.ERROR, key, value, message);
    }

    void warning(String key, String value, String message) {
        add(Severity.WARNING, key, value, message);
    }

    private void add(Severity severity, String key, String value, String message) {
        final Problem problem = new Problem(severity, file, key, value, message);
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    List<Problem> errors() {
        return found.stream().filter(p -> p.severity() == Severity.ERROR).toList();
    }

    List<Problem> warnings() {
        return found.stream().filter(p -> p.severity() == Severity.WARNING).toList();
    }
}
