package shoal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the launcher makes the AOT cache with: runs the commands of a file, one a line, in this one JVM. A line that
 * ends with {@code &} goes on beside those that follow, until the last of them has ended.
 *
 * <p>Exit code 0 when each of them ended with 0; the lines that did not are named on stderr. After a minute it ends
 * whatever is still under way.
 */
final class Training {
    private static final String BESIDE = " &";
    private static final Duration MOST = Duration.ofMinutes(1);

    private Training() {}

    public static void main(String[] args) throws IOException {
        Thread.ofPlatform().daemon().start(Training::giveUp);
        int failed = 0;
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (line.isBlank() || line.startsWith("#")) continue;
            if (line.endsWith(BESIDE)) {
                String beside = line.substring(0, line.length() - BESIDE.length());
                Thread.ofPlatform().daemon().start(() -> run(beside));
            } else if (run(line) != 0) {
                failed++;
            }
        }
        System.exit(failed == 0 ? 0 : 1);
    }

    private static int run(String line) {
        int code = Main.commandLine(Terminal.ofProcess()).execute(line.strip().split("\\s+", -1));
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
