package shoal.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

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

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private Shell shell;

    @Override
    public Integer call() {
        CommandSpec root = spec.root();
        main.terminal().raw(switch (shell) {
            // the script knows zsh, too: it loads bashcompinit there
            case bash, zsh -> AutoComplete.bash("shoal", root.commandLine());
            case fish -> FishCompletion.of(root);
        });
        return Exit.OK.code;
    }
}
