package shoal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shoal.node.Refusal;

/** {@code shoal demo}. */
@Command(
        name = "demo",
        description = "Shows the main job on this machine: starts a tracker and three seeders, each a process of its"
                + " own, shares PATH or a file of 512 MiB that it makes, fetches it by name from all three at once,"
                + " kills a seeder on the way and the fetcher once, too, goes on, verifies, and says what happened."
                + " Leaves nothing behind.",
        footer = {
            "",
            "Examples:",
            "  shoal demo",
            "  shoal demo ~/Videos/holiday.mkv",
            "",
            "Exit codes: 0 it came out right, 1 it did not."
        })
final class DemoCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Parameters(paramLabel = "PATH", arity = "0..1", defaultValue = "",
            description = "The file or folder to be shared. It is only read.")
    private Path path = Path.of("");

    @Override
    public Integer call() throws Exception {
        if (!path.toString().isEmpty() && Files.notExists(path)) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "there is no " + path);
        }
        try (var lifetime = new Lifetime(main.terminal())) {
            return (lifetime.keep(new Demo(main.terminal())).run(path) ? Exit.OK : Exit.OTHER).code;
        }
    }
}
