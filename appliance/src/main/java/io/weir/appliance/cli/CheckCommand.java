package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.Setting;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = "Check a configuration, print it with all defaults and what was detected; touch nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class CheckCommand implements Callable<Integer> {
    private final ConfigLoader loader;
    private final MachineProbe probe;

    @Mixin
    private ConfigFile file;

    @Spec
    private CommandSpec spec;

    CheckCommand(ConfigLoader loader, MachineProbe probe) {
        this.loader = loader;
        this.probe = probe;
    }

    @Override
    public Integer call() throws Exception {
        final LoadedConfig config = loader.load(file.path());
        final List<MachineProbe.Finding> findings = probe.probe(config.node());
        final PrintWriter out = spec.commandLine().getOut();
        out.println("# effective configuration of " + file.path());
        config.settings().forEach(s -> out.println(line(s)));
        out.println();
        out.println("# detected on this machine");
        findings.forEach(f -> out.println(line(f)));
        if (!config.warnings().isEmpty()) {
            out.println();
            out.println("# warnings");
            config.warnings().forEach(w -> out.println("warning: " + w));
        }
        out.println();
        out.println(verdict(file.path() + ": the configuration is valid", findings));
        return ExitCode.OK;
    }

    private static String line(Setting setting) {
        final String line = setting.key() + " = " + setting.value();
        return setting.isDefault() ? String.format(Locale.ROOT, "%-60s # default", line) : line;
    }

    private static String line(MachineProbe.Finding finding) {
        final String level = finding.level().name().toLowerCase(Locale.ROOT);
        return String.format(Locale.ROOT, "%-8s %-18s %s", level, finding.subject(), finding.text());
    }

    private static String verdict(String valid, List<MachineProbe.Finding> findings) {
        final List<String> missing = findings.stream()
                .filter(f -> f.level() == MachineProbe.Level.MISSING)
                .map(MachineProbe.Finding::subject)
                .distinct()
                .toList();
        return missing.isEmpty() ? valid : valid + ", but this machine cannot run it: " + String.join(", ", missing);
    }
}
