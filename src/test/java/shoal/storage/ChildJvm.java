package shoal.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs a main class of the tests, to be killed as users and power failures do it. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private ChildJvm(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static ChildJvm start(List<String> options, Class<?> main, Object... args) throws IOException {
        return start(Map.of(), options, main, args);
    }

    static ChildJvm start(Map<String, String> environment, List<String> options, Class<?> main, Object... args)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        for (Object arg : args) command.add(arg.toString());
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start());
    }

    long pid() {
        return process.pid();
    }

    /** The next line that it prints, or null after its last. */
    String line() throws IOException {
        return out.readLine();
    }

    /** Reads lines up to this one. */
    void awaitLine(String expected) throws IOException {
        String line;
        while ((line = out.readLine()) != null) {
            if (line.equals(expected)) return;
        }
        throw new AssertionError("the child never said " + expected);
    }

    /** SIGKILL; then all lines that it had still printed. */
    List<String> kill() throws IOException, InterruptedException {
        // not by the process itself, which would close the pipe with what is still in it
        process.toHandle().destroyForcibly();
        List<String> rest = out.lines().toList();
        process.waitFor();
        return rest;
    }

    /** All lines that are left, once it has ended well. */
    List<String> finish() throws IOException, InterruptedException {
        List<String> rest = out.lines().toList();
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("the child does not end");
        if (process.exitValue() != 0) throw new AssertionError("the child ended with " + process.exitValue());
        return rest;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
