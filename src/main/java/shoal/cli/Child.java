package shoal.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * Another Shoal, in a process of its own that is started as this one was, with a home of its own; heard by the lines of
 * JSON that it prints. One thread uses it.
 */
final class Child implements AutoCloseable {
    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final Path log;
    private final LinkedBlockingQueue<Map<String, Object>> events = new LinkedBlockingQueue<>();
    private final Map<String, Map<String, Object>> latest = new HashMap<>();
    private final Thread reader;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        reader = Thread.ofVirtual().name("hear " + name).start(this::read);
    }

    /** Starts {@code shoal} with these words and {@code --json}, at home in {@code home}. */
    static Child start(String name, Path home, List<String> words) throws IOException {
        var command = new ArrayList<>(self());
        command.addAll(words);
        command.add("--json");
        Files.createDirectories(home);
        Path log = home.resolve(name + ".log");
        var builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("SHOAL_"));
        builder.environment().put("SHOAL_HOME", home.toString());
        builder.environment().put("SHOAL_NO_DHT", "true");
        Process process = builder.start();
        process.getOutputStream().close();
        return new Child(name, process, log);
    }

    /** The command line of this process up to the program's own words. */
    private static List<String> self() {
        ProcessHandle.Info info = ProcessHandle.current().info();
        List<String> arguments = info.arguments().map(List::of).orElse(List.of());
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if (!arguments.get(i).equals("-jar")) continue;
            var command = new ArrayList<>(List.of(info.command().orElseGet(Child::java)));
            command.addAll(arguments.subList(0, i + 2));
            return command;
        }
        return List.of(java(), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), Main.class.getName());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void read() {
        try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                events.add(JSON.std.mapFrom(line));
            }
        } catch (IOException | JacksonException e) {
            events.add(Map.of("event", "unreadable", "message", String.valueOf(e.getMessage())));
        }
        events.add(Map.of("event", "end"));
    }

    long pid() {
        return process.pid();
    }

    /**
     * The next thing it says; {@code end} when it says nothing more.
     *
     * @throws IOException if it says nothing for so long
     */
    Map<String, Object> next(Duration patience) throws IOException {
        Map<String, Object> event;
        try {
            event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
        if (event == null) throw new IOException(name + " says nothing for " + patience.toSeconds() + " s" + tail());
        latest.put(String.valueOf(event.get("event")), event);
        return event;
    }

    /** Waits until it says {@code event}. */
    Map<String, Object> await(String event, Duration patience) throws IOException {
        while (true) {
            Map<String, Object> next = next(patience);
            if (event.equals(next.get("event"))) return next;
            if ("end".equals(next.get("event"))) throw new IOException(name + " ended" + tail());
        }
    }

    /** What it said last of this kind; nothing if it never did. */
    Map<String, Object> latest(String event) {
        return latest.getOrDefault(event, Map.of());
    }

    /** Ends it as SIGKILL does: without a word. */
    void kill() {
        process.destroyForcibly();
        drain();
    }

    /** Asks it to end, as SIGTERM does, and hears its last words. */
    void stop() {
        process.destroy();
        drain();
    }

    private void drain() {
        try {
            if (!process.waitFor(LEAVE.toMillis(), TimeUnit.MILLISECONDS)) process.destroyForcibly().waitFor();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (var event = events.poll(); event != null; event = events.poll()) {
            latest.put(String.valueOf(event.get("event")), event);
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return ": " + String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
