package shoal.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the launcher makes the AOT cache with: runs the commands of a file, one a line, in this one JVM. A line that
 * ends with {@code &} goes on beside those that follow, until the last of them has ended. {@code @PORT} stands for one
 * port of loopback that was free when this began: other checkouts are built at the same time. As in a shell, words like
 * {@code SHOAL_HOME=folder} before a command are its environment.
 *
 * <p>Exit code 0 when each of them ended with 0; the lines that did not are named on stderr. After a minute it ends
 * whatever is still under way.
 */
final class Training {
    private static final String BESIDE = " &";
    private static final Pattern SET = Pattern.compile("([A-Z_]+)=(.*)");
    private static final Duration MOST = Duration.ofMinutes(1);

    private Training() {}

    public static void main(String[] args) throws IOException {
        Thread.ofPlatform().daemon().start(Training::giveUp);
        String port = String.valueOf(freePort());
        int failed = 0;
        for (String text : Files.readAllLines(Path.of(args[0]))) {
            if (text.isBlank() || text.startsWith("#")) continue;
            String line = text.replace("@PORT", port);
            if (line.endsWith(BESIDE)) {
                String beside = line.substring(0, line.length() - BESIDE.length());
                Thread.ofPlatform().daemon().start(() -> run(beside));
            } else if (run(line) != 0) {
                failed++;
            }
        }
        ProcessEnd.with(failed == 0 ? 0 : 1);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static int run(String line) {
        var words = new ArrayDeque<>(List.of(line.strip().split("\\s+", -1)));
        var environment = new HashMap<>(System.getenv());
        Matcher set = SET.matcher(words.getFirst());
        while (set.matches()) {
            environment.put(set.group(1), set.group(2));
            words.removeFirst();
            set = SET.matcher(words.getFirst());
        }
        int code = Main.run(Terminal.of(environment), words.toArray(String[]::new));
        if (code != 0) System.err.println("exit " + code + ": " + line);
        return code;
    }

    private static void giveUp() {
        try {
            Thread.sleep(MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.err.println("not over after " + MOST.toSeconds() + " s");
        System.exit(1);
    }
}
