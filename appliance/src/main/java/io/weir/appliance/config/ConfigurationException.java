package io.weir.appliance.config;

import java.util.List;
import java.util.stream.Collectors;

/** A properties file cannot be served; carries every reason. The message has one line for each. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    /** {@return every problem that stops the start, in the order of the file's sections} */
    public List<Problem> problems() {
        return problems;
    }
}
