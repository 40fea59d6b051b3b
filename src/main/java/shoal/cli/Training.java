package shoal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the launcher makes the AOT cache with: runs the commands of a file, one a line, in this one JVM.
 *
 * <p>Exit code 0 when each of them ended with 0; the lines that did not are named on stderr.
 */
final class Training {
    private Training() {}

    public static void main(String[] args) throws IOException {
        int failed = 0;
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int code = Main.commandLine(Terminal.ofProcess()).execute(line.strip().split("\\s+", -1));
            if (code != 0) {
                System.err.println("exit " + code + ": " + line);
                failed++;
            }
        }
        System.exit(failed == 0 ? 0 : 1);
    }
}
