package shoal.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;

/** {@code shoal completion}. */
final class CompletionCommand implements Callable<Integer> {
    /** The shells that are known. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    private final Main main;

    final Syntax syntax = new Syntax(this, "completion")
            .says("Prints a script by which a shell completes shoal's commands and options.")
            .ends(
                "",
                "Examples:",
                "  source <(shoal completion bash)                                  in ~/.bashrc",
                "  source <(shoal completion zsh)                                   in ~/.zshrc",
                "  shoal completion fish > ~/.config/fish/completions/shoal.fish");

    private final Setting<Shell> shell = syntax.word(Shell.class, "SHELL")
            .says("One of ${COMPLETION-CANDIDATES}.");

    CompletionCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        CommandLine root = Main.commandLine(main.terminal()); // here only what was typed is known
        main.terminal().raw(switch (shell.value()) {
            // the script knows zsh, too: it loads bashcompinit there
            case bash, zsh -> AutoComplete.bash("shoal", root);
            case fish -> FishCompletion.of(root.getCommandSpec());
        });
        return Exit.OK.code;
    }
}
