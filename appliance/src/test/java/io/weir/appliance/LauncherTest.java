package io.weir.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher script in a copy of the repository's layout whose path has blanks, through a symbolic link. */
class LauncherTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> TOOLS = List.of(
            "bash", "readlink", "dirname", "sed", "find", "mkdir", "touch", "tail", "rm", "mv", "flock", "head");

    @TempDir
    private Path directory;

    private Path home;
    private Path launcher;
    private Path jdk;
    private Path bin;
    private final Map<String, String> environment = new HashMap<>();

    record Run(int code, long pid, String out, String err) {}

    @BeforeEach
    void layOutRepository() throws IOException {
        home = Files.createDirectories(directory.resolve("a home with blanks"));
        Files.copy(ROOT.resolve("weir"), home.resolve("weir"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        for (final String module : List.of("appliance", "perf")) {
            Files.createDirectories(home.resolve(module + "/src/main"));
            Files.writeString(home.resolve(module + "/pom.xml"), "<project/>");
        }
        launcher = Files.createSymbolicLink(directory.resolve("weir link"), home.resolve("weir"));
        jdk = directory.resolve("jdk 25");
        script(jdk.resolve("bin/java"), "echo \"pid $$\"; printf '%s\\n' \"$@\"");
        script(jdk.resolve("bin/javac"), "exit 0");
        Files.writeString(
                jdk.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\nJAVA_RUNTIME_VERSION=\"25.0.1+8\"\n");
        bin = Files.createDirectories(directory.resolve("bin"));
        for (final String tool : TOOLS) {
            final Path found = Stream.of("/usr/bin", "/bin")
                    .map(d -> Path.of(d, tool))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            script(bin.resolve(tool), "exec " + found + " \"$@\"");
        }
        environment.put("PATH", bin.toString());
        environment.put("HOME", directory.toString());
        environment.put("WEIR_JAVA_HOME", jdk.toString());
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A Maven that notes its arguments and makes what a build makes. */
    private void installMaven() throws IOException {
        script(bin.resolve("mvn"), """
                echo "$PWD $JAVA_HOME $*" >> '%s/mvn.log'
                for m in appliance perf; do
                    mkdir -p $m/target/lib; touch $m/target/$m-1.jar $m/target/lib/x.jar
                done""".formatted(directory));
    }

    private List<String> builds() throws IOException {
        final Path log = directory.resolve("mvn.log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private Run weir(String... arguments) throws IOException, InterruptedException {
        final List<String> command = Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments))
                .toList();
        return run(command);
    }

    private Run run(List<String> command) throws IOException, InterruptedException {
        final File out = Files.createTempFile(directory, "out", "").toFile();
        final File err = Files.createTempFile(directory, "err", "").toFile();
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().clear();
        builder.environment().putAll(environment);
        final Process process = builder.start();
        process.getOutputStream().close();
        final int code = process.waitFor();
        return new Run(code, process.pid(), Files.readString(out.toPath()), Files.readString(err.toPath()));
    }

    @Test
    void shouldBeSoundScripts() throws IOException, InterruptedException {
        for (final String script : List.of("weir", ".ci/run")) {
            final Run run = run(List.of("/bin/bash", "-n", ROOT.resolve(script).toString()));
            assertEquals("", run.err());
            assertEquals(0, run.code());
            assertTrue(Files.isExecutable(ROOT.resolve(script)), script);
        }
    }

    @Test
    void shouldStartProgramFromAnywhereWithItsExitCodes() throws IOException, InterruptedException {
        environment.put("WEIR_JAVA_HOME", System.getProperty("java.home"));
        packClassPath(home.resolve("appliance/target"));
        final Run help = weir("--help");
        assertEquals(0, help.code(), help.err());
        assertTrue(help.out().contains("Usage: weir"), help.out());
        assertEquals("", help.err());
        final Run version = weir("--version");
        assertEquals(0, version.code());
        assertTrue(version.out().startsWith("weir "), version.out());
        final Run bad = weir("fly");
        assertEquals(2, bad.code());
        assertTrue(bad.err().contains("fly"), bad.err());
        final Run check =
                weir("check", ROOT.resolve("appliance/conf/lvs-nat.properties").toString());
        assertEquals(0, check.code(), check.err());
        assertTrue(check.out().contains("the configuration is valid"), check.out());
    }

    @Test
    void shouldBecomeJvmSoThatSignalsReachIt() throws IOException, InterruptedException {
        installMaven();
        final Run run = weir("run", "a file");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().startsWith("pid " + run.pid() + "\n"), run.out());
        final List<String> arguments = run.out().lines().toList();
        assertEquals(
                List.of("io.weir.appliance.Weir", "run", "a file"),
                arguments.subList(arguments.size() - 3, arguments.size()));
        assertTrue(arguments.contains(home + "/appliance/target/*:" + home + "/appliance/target/lib/*"), run.out());
        assertTrue(arguments.contains("-XX:+UseZGC"), run.out());
    }

    @Test
    void shouldPassBenchmarksAndGeneratorOn() throws IOException, InterruptedException {
        installMaven();
        final List<String> arguments =
                weir("pktgen", "--rate", "1m").out().lines().toList();
        assertEquals(
                List.of("io.weir.perf.Perf", "pktgen", "--rate", "1m"),
                arguments.subList(arguments.size() - 4, arguments.size()));
    }

    @Test
    void shouldBuildOnceAndAgainWhenSourcesChange() throws IOException, InterruptedException {
        installMaven();
        final Run first = weir("check");
        assertTrue(first.err().startsWith("weir: building, log in "), first.err());
        assertEquals(
                isRoot() ? List.of("weir: recording a start, for quicker ones") : List.of(),
                first.err().lines().skip(1).toList());
        assertEquals(List.of(home + " " + jdk + " -B -q -DskipTests -Dspotless.check.skip=true package"), builds());
        assertEquals("", weir("check").err());
        assertEquals(1, builds().size());
        final Path source = Files.writeString(home.resolve("appliance/src/main/X.java"), "class X {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        weir("check");
        assertEquals(2, builds().size());
        Files.delete(bin.resolve("mvn"));
        final Run without = weir("check");
        assertEquals(0, without.code());
        assertTrue(without.err().contains("sources are newer"), without.err());
    }

    @Test
    void shouldLetTwoStartsAtOnceBuildOnce() throws IOException, InterruptedException {
        installMaven();
        final Path log = directory.resolve("both");
        final Run run = run(List.of(
                "/bin/bash",
                "-c",
                "'%1$s' check >/dev/null 2>>'%2$s' & '%1$s' check >/dev/null 2>>'%2$s'; wait"
                        .formatted(launcher, log)));
        assertEquals(0, run.code(), run.err());
        assertEquals(1, builds().size(), () -> "builds");
    }

    @Test
    void shouldNotBuildAgainWhatMavenBuilt() throws IOException, InterruptedException {
        installMaven();
        for (final String module : List.of("appliance", "perf")) {
            Files.createDirectories(home.resolve(module + "/target/lib"));
            Files.createFile(home.resolve(module + "/target/" + module + "-1.jar"));
        }
        assertEquals("", weir("check").err());
        assertEquals("", weir("bench").err());
        assertEquals(List.of(), builds());
    }

    @Test
    void shouldShowEndOfLogWhenBuildFails() throws IOException, InterruptedException {
        script(bin.resolve("mvn"), "echo '[ERROR] cannot find symbol'; exit 1");
        final Run run = weir("check");
        assertEquals(1, run.code());
        assertTrue(run.err().contains("cannot find symbol") && run.err().contains("the build failed, see "), run.err());
        assertFalse(run.out().contains("pid"));
    }

    @Test
    void shouldSayWhatIsMissingWithThree() throws IOException, InterruptedException {
        final Run noMaven = weir("check");
        assertEquals(3, noMaven.code());
        assertEquals(1, noMaven.err().lines().count(), noMaven.err());
        assertTrue(noMaven.err().contains("needs Maven"), noMaven.err());
        assertEquals(3, weir("test").code());
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"21.0.4\"\n");
        final Run oldJdk = weir("check");
        assertEquals(3, oldJdk.code());
        assertEquals("weir: WEIR_JAVA_HOME=" + jdk + " is no JDK 25 or newer\n", oldJdk.err());
    }

    @Test
    void shouldFindJdkOfSdkman() throws IOException, InterruptedException {
        installMaven();
        environment.remove("WEIR_JAVA_HOME");
        environment.put("JAVA_HOME", jdk.toString());
        assertTrue(weir("check").out().startsWith("pid "));
        assertTrue(builds().getFirst().contains(jdk.toString()));
    }

    @Test
    void shouldGiveJvmSameFlagsAsBuild() throws IOException, InterruptedException {
        installMaven();
        final Matcher flags = Pattern.compile("<weir.jvm.flags>(.*)</weir.jvm.flags>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertTrue(flags.find());
        final List<String> arguments = weir("check").out().lines().toList();
        assertTrue(arguments.containsAll(List.of(flags.group(1).split(" "))), arguments::toString);
    }

    @Test
    void shouldTakeOptionsForJvmFromEnvironment() throws IOException, InterruptedException {
        installMaven();
        environment.put("WEIR_JAVA_OPTS", "-XX:+UseG1GC -Dx=y");
        final List<String> arguments = weir("run", "f").out().lines().toList();
        assertTrue(arguments.containsAll(List.of("-XX:+UseG1GC", "-Dx=y")), arguments::toString);
        assertFalse(arguments.contains("-XX:+UseZGC"));
    }

    @Test
    void shouldRecordStartAfterBuildAsRoot() throws IOException, InterruptedException {
        assumeTrue(isRoot());
        installMaven();
        weir("check");
        final List<String> recorded = Files.readAllLines(home.resolve("target/weir-train.log"));
        assertEquals("train", recorded.getLast());
        assertTrue(recorded.contains("-Dweir.recording=" + recording()), recorded::toString);
        assertEquals(0, weir("check").err().lines().count());
    }

    @Test
    void shouldStartWithoutRecordingWhenThereCanBeNone() throws IOException, InterruptedException {
        assumeTrue(isRoot());
        installMaven();
        script(jdk.resolve("bin/java"), "[[ \" $* \" != *' train '* ]] || exit 3; echo \"pid $$\"");
        final Run run = weir("run", "f");
        assertEquals(0, run.code());
        assertEquals("pid " + run.pid() + "\n", run.out());
        assertTrue(run.err().contains("weir: no start is recorded, see " + home + "/target/weir-train.log"), run.err());
    }

    @Test
    void shouldLoadFromRecordingThatIsYoungerThanJars() throws IOException, InterruptedException {
        installMaven();
        weir("check");
        assertFalse(loads(weir("run", "f")));
        Files.createFile(recording());
        Files.setLastModifiedTime(recording(), FileTime.from(Instant.now().plusSeconds(2)));
        final Run run = weir("run", "f");
        assertTrue(loads(run), run.out());
        assertTrue(run.out().contains("-Xlog:all=warning:stderr"), "nothing of the JVM's among the node's lines");
        assertFalse(loads(weir("check")), "only nodes have recordings");
        environment.put("WEIR_JAVA_OPTS", "-XX:+UseSerialGC");
        assertFalse(loads(weir("run", "f")), "it is of another collector");
        assertEquals(2, weir("train").code());
        environment.put("WEIR_JAVA_OPTS", "-XX:ArchiveClassesAtExit=/dev/null");
        assertFalse(loads(weir("run", "f")), "the operator knows better");
        environment.remove("WEIR_JAVA_OPTS");
        Files.setLastModifiedTime(recording(), FileTime.from(Instant.now().minusSeconds(3600)));
        assertFalse(loads(weir("run", "f")), "it is of another build");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private Path recording() {
        return home.resolve("appliance/target/weir-25.0.1+8.jsa");
    }

    private boolean loads(Run run) {
        return run.out().lines().anyMatch(("-XX:SharedArchiveFile=" + recording())::equals);
    }

    /** Makes jars of the class path that this test runs with, as a build would. */
    private static void packClassPath(Path target) throws IOException {
        final Path lib = Files.createDirectories(target.resolve("lib"));
        int number = 0;
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            final Path path = Path.of(entry);
            number++;
            if (Files.isRegularFile(path)) {
                Files.copy(path, lib.resolve(number + ".jar"));
            } else if (Files.isDirectory(path)) {
                pack(path, lib.resolve(number + ".jar"));
            }
        }
        pack(Path.of("target/classes"), target.resolve("appliance-1.jar"));
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> tree = Files.walk(classes)) {
            for (final Path path : tree.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
    }
}
