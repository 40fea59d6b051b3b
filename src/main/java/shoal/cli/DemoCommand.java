package shoal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import shoal.node.Refusal;

/** {@code shoal demo}. */
final class DemoCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "demo")
            .says("Shows the main job on this machine: starts a tracker and three seeders, each a process of its"
                + " own, shares PATH or a file of 512 MiB that it makes, fetches it by name from all three at once,"
                + " kills a seeder on the way and the fetcher once, too, goes on, verifies, and says what happened."
                + " Leaves nothing behind.")
            .ends(
                "",
                "Examples:",
                "  shoal demo",
                "  shoal demo ~/Videos/holiday.mkv",
                "",
                "Exit codes: 0 it came out right, 1 it did not.");

    private final Setting<Path> path = syntax.wordIfAny(Path.class, "PATH")
            .usually("")
            .says("The file or folder to be shared. It is only read.");

    DemoCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Path shared = path.value();
        if (!shared.toString().isEmpty() && Files.notExists(shared)) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "there is no " + shared);
        }
        try (var lifetime = new Lifetime(main.terminal())) {
            return (lifetime.keep(new Demo(main.terminal())).run(shared) ? Exit.OK : Exit.OTHER).code;
        }
    }
}
