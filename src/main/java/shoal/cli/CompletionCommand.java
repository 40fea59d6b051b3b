package shoal.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code shoal completion}. */
@Command(
        name = "completion",
        description = "Prints a script by which a shell completes shoal's commands and options.",
        footer = {
            "",
            "Examples:",
            "  source <(shoal completion bash)                                  in ~/.bashrc",
            "  source <(shoal completion zsh)                                   in ~/.zshrc",
            "  shoal completion fish > ~/.config/fish/completions/shoal.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells that are known. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private Shell shell;

    @Override
    public Integer call() {
        CommandLine root = Main.commandLine(main.terminal()); // here only what was typed is known
        main.terminal().raw(switch (shell) {
            // the script knows zsh, too: it loads bashcompinit there
            case bash, zsh -> AutoComplete.bash("shoal", root);
            case fish -> FishCompletion.of(root.getCommandSpec());
        });
        return Exit.OK.code;
    }
}
