package shoal.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import shoal.node.Places;
import shoal.node.Refusal;

/** The root command {@code shoal}. It does nothing itself; each command is a class of its own, named here. */
@Command(
        name = "shoal",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpWidth = 100,
        description = "Shares giant files, fetches them from everyone who has them, proves every block.",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%nParameters:%n",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            ShareCommand.class,
            FetchCommand.class,
            VerifyCommand.class,
            TrackerCommand.class,
            SearchCommand.class,
            PeersCommand.class,
            ShowCommand.class,
            DemoCommand.class,
            CompletionCommand.class
        })
final class Main implements Runnable {
    static final String EVERY_OPTION = "Every option can be set by the environment: SHOAL_ and its long name, as in%n"
            + "SHOAL_TRACKER or SHOAL_NO_SEED=true; for one command alone with its name, as in SHOAL_SHARE_PORT.%n"
            + "What is on the command line counts more.";

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            fallbackValue = "true",
            order = 100,
            description = "Print errors and results, no progress and no warnings.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            fallbackValue = "true",
            order = 101,
            description = "Tell all that happens, and where an error comes from.")
    private boolean verbose;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            fallbackValue = "true",
            order = 102,
            description = "Print results as JSON, one object a line.")
    private boolean json;

    private Main(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] args) {
        System.exit(commandLine(Terminal.ofProcess()).execute(args));
    }

    static CommandLine commandLine(Terminal terminal) {
        LogLines.to(terminal);
        var main = new Main(terminal);
        var line = new CommandLine(main);
        line.setDefaultValueProvider(new EnvironmentDefaults(terminal.environment()));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpLongOptionsMaxWidth(28);
        line.setExecutionStrategy(result -> {
            main.settle();
            return new CommandLine.RunLast().execute(result);
        });
        line.setParameterExceptionHandler((e, args) -> Faults.of(terminal, e));
        line.setExecutionExceptionHandler((e, command, result) -> Faults.of(terminal, e, command.getCommandSpec()));
        return line;
    }

    private void settle() {
        terminal.set(
                verbose ? Terminal.Volume.VERBOSE : quiet ? Terminal.Volume.QUIET : Terminal.Volume.USUAL, json);
    }

    Terminal terminal() {
        return terminal;
    }

    Places places() throws Refusal {
        return Places.of(terminal.environment());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
