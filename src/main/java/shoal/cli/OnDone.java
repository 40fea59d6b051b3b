package shoal.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import shoal.manifest.Manifest;
import shoal.node.Fetching;

/**
 * The user's own command after a fetch. What it should know is in its environment, under the names that scripts for
 * Transmission expect, and nowhere in its text: no name from outside can become a command. What it prints goes to
 * stderr.
 */
final class OnDone {
    private OnDone() {}

    /** Runs {@code command} with {@code sh -c}, waits for its end and tells how that was. */
    static void run(String command, Fetching fetching, Path folder, Terminal terminal, Lifetime lifetime)
            throws IOException, InterruptedException {
        // stdout is for results: ours alone
        var builder = new ProcessBuilder("sh", "-c", "exec sh -c \"$1\" >&2", "shoal", command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment(fetching, folder));
        Process process = builder.start();
        lifetime.keep(process::destroy);
        int exit = process.waitFor();
        if (exit != 0) terminal.warn("--on-done ended with exit code " + exit + ": " + command);
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "onDone");
        json.put("exit", exit);
        terminal.json(json);
    }

    private static Map<String, String> environment(Fetching fetching, Path folder) {
        var all = new HashMap<String, String>();
        Manifest manifest = fetching.manifest().orElseThrow();
        all.put("TR_APP_VERSION", Version.text());
        all.put("TR_TIME_LOCALTIME", ZonedDateTime.now(ZoneId.systemDefault()).format(
                DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ROOT)));
        all.put("TR_TORRENT_DIR", folder.toAbsolutePath().normalize().toString());
        all.put("TR_TORRENT_HASH", manifest.shortHash().hex());
        // there is one at a time, and none has a label
        all.put("TR_TORRENT_ID", "1");
        all.put("TR_TORRENT_LABELS", "");
        all.put("TR_TORRENT_NAME", manifest.name());
        all.put("TR_TORRENT_BYTES_DOWNLOADED", Long.toString(fetching.report().received()));
        all.put("TR_TORRENT_TRACKERS", fetching.trackers().stream()
                .map(tracker -> tracker.url().toString())
                .collect(Collectors.joining(",")));
        return all;
    }
}
