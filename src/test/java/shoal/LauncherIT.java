package shoal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts {@code ./shoal} as a user does. The build it starts is the one that these tests belong to. */
final class LauncherIT {
    private static final Path HOME = Path.of(System.getProperty("shoal.home", "")).toAbsolutePath();
    private static final Path JDK = Path.of(System.getProperty("java.home"));
    private static final Set<String> OURS_IN_C = Set.of("end.so", "sha256.so");
    private static final String VERSION = "shoal \\d+\\.\\d+\\.\\d+\\S*\\R";

    @TempDir
    private Path folder;

    private final List<Path> links = new ArrayList<>();

    private Path elsewhere;

    @BeforeEach
    void makeAnotherFolder() throws IOException {
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    }

    @AfterEach
    void removeLinks() throws IOException {
        for (Path link : links) {
            Files.delete(link); // or else JUnit wonders where they lead
        }
    }

    private void link(Path link, Path target) throws IOException {
        links.add(Files.createSymbolicLink(link, target));
    }

    /** What a process said and how it ended. */
    private record Ran(int code, String out, String err) {
        void assertVersionOnly() {
            assertEquals("", err);
            assertTrue(out.matches(VERSION), out);
            assertEquals(0, code);
        }

        void assertOneLineAndOne(String word) {
            assertEquals("", out);
            assertTrue(err.matches("shoal: [^\\n]*" + word + "[^\\n]*\\n"), err);
            assertEquals(1, code);
        }
    }

    private Process start(Map<String, String> environment, Path launcher, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(elsewhere.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SHOAL_") || name.startsWith("JDK_JAVA"));
        builder.environment().put("JAVA_HOME", JDK.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Ran end(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), "it ends");
        return new Ran(process.exitValue(), out, err);
    }

    private Ran run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return end(start(environment, HOME.resolve("shoal"), arguments));
    }

    /** A folder for PATH with what the launcher itself needs, and no {@code java}. */
    private Path pathWithoutJava() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : List.of("sh", "readlink", "find", "locale")) {
            for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
                if (Files.isExecutable(Path.of(place, tool)) && Files.notExists(bin.resolve(tool))) {
                    script(bin.resolve(tool), "exec '" + Path.of(place, tool) + "' \"$@\"");
                }
            }
        }
        return bin;
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private Path pretendedJdk(String name, String version) throws IOException {
        Path jdk = folder.resolve(name);
        Files.createDirectories(jdk.resolve("bin"));
        for (String tool : List.of("java", "javac")) {
            script(jdk.resolve("bin").resolve(tool), "echo started >&2; exit 9");
        }
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"");
        return jdk;
    }

    /** A copy of this checkout with its build, times and all, in a path with blanks. */
    private Path copyOfTheCheckout() throws IOException, InterruptedException {
        run(Map.of(), "--version").assertVersionOnly(); // it is built
        Path copy = folder.resolve("a folder of  mine/it's");
        for (String part : List.of("shoal", "pom.xml", "src/main", "target/shoal.jar", "target/lib", "target/run")) {
            Path target = Files.createDirectories(copy.resolve(part).getParent());
            var cp = new ProcessBuilder("cp", "-Rp", HOME.resolve(part).toString(), target.toString());
            assertEquals(0, cp.inheritIO().start().waitFor());
        }
        return copy;
    }

    private static void deleteTree(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    private static long cacheBytes(Path checkout) throws IOException {
        long bytes = 0;
        try (var caches = Files.newDirectoryStream(checkout.resolve("target/run"), "*.aot")) {
            for (Path cache : caches) {
                bytes += Files.size(cache);
            }
        }
        return bytes;
    }

    @Test
    void saysItsVersionAndNothingElse() throws Exception {
        run(Map.of(), "--version").assertVersionOnly();
    }

    @Test
    void helpsFromAnyFolder() throws Exception {
        Ran ran = run(Map.of(), "--help");
        assertTrue(ran.out.contains("Usage: shoal"), ran.out);
        assertEquals("", ran.err);
        assertEquals(0, ran.code);
    }

    @Test
    void passesExitCodesAndAwkwardArgumentsOn() throws Exception {
        Ran ran = run(Map.of(), "no such * 'command'\n$(echo)");
        assertTrue(ran.err.contains("no such * 'command'"), ran.err);
        assertEquals(2, ran.code);
    }

    /** Row B10. */
    @Test
    void opensNonAsciiNamesUnderAnyLocale() throws Exception {
        for (var locale : List.of(Map.of("LC_ALL", "C"), Map.of("LC_ALL", "xx_XX.UTF-8"), Map.of("LC_ALL", "POSIX"))) {
            var environment = new HashMap<>(locale);
            environment.put("SHOAL_JAVA_OPTS", "-XshowSettings:properties");
            Ran ran = run(environment, "--version");
            assertTrue(ran.err.contains("sun.jnu.encoding = UTF-8"), ran.err);
        }
    }

    @Test
    void takesAnotherCollectorWithoutNoise() throws Exception {
        run(Map.of("SHOAL_JAVA_OPTS", "-XX:+UseParallelGC  -Xmx300m"), "--version").assertVersionOnly();
    }

    @Test
    void withoutAJdkItSaysSoInOneLine() throws Exception {
        var nothing = Map.of(
                "JAVA_HOME", folder.resolve("nonsense").toString(),
                "PATH", pathWithoutJava().toString(),
                "SHOAL_JDK_FOLDERS", "");
        run(nothing, "--version").assertOneLineAndOne("needs a JDK 25 or newer");
    }

    @Test
    void aJdkThatWasNamedAndIsNoneIsSaidInOneLine() throws Exception {
        String old = pretendedJdk("jdk-17", "17.0.15").toString();
        run(Map.of("SHOAL_JAVA_HOME", old), "--version").assertOneLineAndOne("SHOAL_JAVA_HOME");
        run(Map.of("SHOAL_JAVA_HOME", "/nonsense"), "--version").assertOneLineAndOne("SHOAL_JAVA_HOME");
    }

    @Test
    void passesByAnOldJdkAndFindsTheNewOneInTheUsualFolders() throws Exception {
        Path jdks = Files.createDirectory(folder.resolve("all jdks"));
        link(jdks.resolve("1 old"), pretendedJdk("jdk-17", "17.0.15"));
        link(jdks.resolve("2 older"), pretendedJdk("jdk-8", "1.8.0_402"));
        link(jdks.resolve("3 new"), JDK);
        var environment = Map.of(
                "JAVA_HOME", folder.resolve("jdk-17").toString(),
                "PATH", pathWithoutJava().toString(),
                "SHOAL_JDK_FOLDERS", "/nonsense:" + jdks);
        run(environment, "--version").assertVersionOnly();
    }

    @Test
    void startsThroughSymbolicLinks() throws Exception {
        Path one = Files.createDirectory(folder.resolve("my tools")).resolve("sh oal");
        Path two = folder.resolve("again");
        link(one, HOME.resolve("shoal"));
        link(two, Path.of("my tools/sh oal"));
        end(start(Map.of(), two, "--version")).assertVersionOnly();
    }

    @Test
    void runsFromAPathWithBlanksWhereNothingCanBeWritten() throws Exception {
        Path copy = copyOfTheCheckout();
        List<Path> parts = List.of(copy, copy.resolve("target"), copy.resolve("target/run"));
        for (Path part : parts) {
            assertTrue(part.toFile().setWritable(false));
        }
        try {
            end(start(Map.of(), copy.resolve("shoal"), "--version")).assertVersionOnly();
        } finally {
            for (Path part : parts) {
                assertTrue(part.toFile().setWritable(true));
            }
        }
    }

    @Test
    void twoFirstStartsAtOnceMakeOneBuildAndPassByTheLockOfADeadOne() throws Exception {
        Path copy = copyOfTheCheckout();
        deleteTree(copy.resolve("target/run"));
        Process dead = new ProcessBuilder("sh", "-c", ":").start();
        dead.waitFor();
        Files.createSymbolicLink(copy.resolve("target/launcher.lock"), Path.of(Long.toString(dead.pid())));

        Process first = start(Map.of(), copy.resolve("shoal"), "--version");
        Process second = start(Map.of(), copy.resolve("shoal"), "--version");
        for (Process process : List.of(first, second)) {
            Ran ran = end(process);
            assertTrue(ran.out.matches(VERSION), ran.out);
            assertFalse(ran.err.contains("slower"), ran.err);
            assertEquals(0, ran.code);
        }
        assertTrue(cacheBytes(copy) > 1_000_000, "the AOT cache is made in a path with blanks too");
        try (var left = Files.list(copy.resolve("target"))) {
            List<String> names = left.map(f -> f.getFileName().toString()).sorted().toList();
            assertEquals(List.of("launcher.log", "lib", "run", "shoal.jar"), names);
        }
    }

    @Test
    void endsAtOnceWhenToldToWhileItWaitsForABuild() throws Exception {
        Path copy = copyOfTheCheckout();
        deleteTree(copy.resolve("target/run"));
        Path lock = copy.resolve("target/launcher.lock");
        Files.createSymbolicLink(lock, Path.of(Long.toString(ProcessHandle.current().pid())));
        Process process = start(Map.of(), copy.resolve("shoal"), "--version");
        assertFalse(process.waitFor(1, TimeUnit.SECONDS), "it waits");
        process.toHandle().destroy();
        assertNotEquals(0, end(process).code);
        assertTrue(Files.isSymbolicLink(lock), "the lock is its owner's");
    }

    private static boolean hasShaInstructions() throws IOException {
        Path processors = Path.of("/proc/cpuinfo");
        return Files.isReadable(processors) && Files.readString(processors).contains(" sha_ni");
    }

    @Test
    void theBuildPreparesWhatMakesStartsShort() throws Exception {
        run(Map.of(), "--version").assertVersionOnly();
        assertTrue(cacheBytes(HOME) > 1_000_000, "AOT cache");
        try (var libraries = Files.list(HOME.resolve("target/run/native"))) {
            List<String> names = libraries.map(path -> path.getFileName().toString()).toList();
            // ours is there if there is a compiler, and a processor for it
            long others = names.stream().filter(name -> !OURS_IN_C.contains(name)).count();
            assertEquals(1, others, "sqlite's of " + names);
            if (Files.isExecutable(Path.of("/usr/bin/cc"))) {
                assertTrue(names.contains("end.so"), names.toString());
                assertEquals(hasShaInstructions(), names.contains("sha256.so"), names.toString());
            }
        }
        try (var jar = new JarFile(HOME.resolve("target/run/lib/bcprov-jdk18on-1.86.jar").toFile())) {
            assertEquals(0, jar.stream().filter(entry -> entry.getName().endsWith(".SF")).count());
            assertTrue(jar.getEntry("org/bouncycastle/math/ec/rfc8032/Ed25519.class") != null);
        }
        try (var jar = new JarFile(HOME.resolve("target/run/lib/picocli-4.7.7.jar").toFile())) {
            var entry = jar.getEntry("picocli/CommandLine.class");
            byte[] start = jar.getInputStream(entry).readNBytes(8);
            assertTrue(start[7] >= 69, "class-file version " + start[7]);
        }
    }

    @Test
    void everyTrainingCommandEndsWell() throws Exception {
        run(Map.of(), "--version").assertVersionOnly();
        Files.copy(HOME.resolve("target/run/shoal.jar"), elsewhere.resolve("sample"));
        var builder = new ProcessBuilder(
                JDK.resolve("bin/java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", HOME.resolve("target/run/shoal.jar").toString(),
                "shoal.cli.Training", HOME.resolve("src/main/launcher/train").toString());
        builder.environment().put("SHOAL_HOME", elsewhere.resolve("home").toString());
        Ran ran = end(builder.directory(elsewhere.toFile()).start());
        assertEquals("", ran.err);
        assertEquals(0, ran.code);
        long size = Files.size(elsewhere.resolve("sample"));
        assertTrue(ran.out.contains("\"received\":" + size + ","), "a fetch that fetched nothing: " + ran.out);
    }
}
