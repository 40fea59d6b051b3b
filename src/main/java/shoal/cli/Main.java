package shoal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import shoal.node.Places;
import shoal.node.Refusal;
import shoal.storage.Store;

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
        commandListHeading = "%nCommands:%n")
final class Main implements Runnable {
    static final String EVERY_OPTION = "Every option can be set by the environment: SHOAL_ and its long name, as in%n"
            + "SHOAL_TRACKER or SHOAL_NO_SEED=true; for one command alone with its name, as in SHOAL_SHARE_PORT.%n"
            + "What is on the command line counts more.";

    private static final List<Class<?>> COMMANDS = List.of(
            ShareCommand.class,
            FetchCommand.class,
            VerifyCommand.class,
            AddCommand.class,
            LsCommand.class,
            WhereCommand.class,
            RmCommand.class,
            TrackerCommand.class,
            SearchCommand.class,
            PeersCommand.class,
            ShowCommand.class,
            DemoCommand.class,
            CompletionCommand.class);

    /** Those that open the store at once, and are in a hurry. */
    private static final Set<String> STORING = Set.of("share", "fetch", "verify", "add");

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

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            order = 103,
            description = "Read options from this file. Usually ~/.config/shoal/config.toml, if there is one.")
    @SuppressWarnings("UnusedVariable") // it is read before the words are, in config(...)
    private @Nullable Path config;

    @Option(
            names = "--no-config",
            fallbackValue = "true",
            scope = ScopeType.INHERIT,
            order = 104,
            description = "Read no configuration file.")
    @SuppressWarnings("UnusedVariable")
    private boolean noConfig;

    private Main(Terminal terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] args) {
        if (args.length > 0 && STORING.contains(args[0])) Thread.ofPlatform().daemon().start(Store::warmUp);
        ProcessEnd.with(run(Terminal.ofProcess(), args));
    }

    /** Runs a command as the user's words, the environment and the configuration file have it. */
    static int run(Terminal terminal, String... args) {
        ConfigFile config;
        try {
            config = config(terminal, List.of(args));
        } catch (Refusal e) {
            return Faults.of(terminal, e, commandLine(terminal).getCommandSpec());
        }
        return commandLine(terminal, config, needed(args)).execute(args);
    }

    /** The file that is asked for, or the usual one if it is there: it must be read before the words are. */
    private static ConfigFile config(Terminal terminal, List<String> words) throws Refusal {
        Path file = null;
        for (int i = 0; i < words.size() && !words.get(i).equals("--"); i++) {
            String word = words.get(i);
            if (word.equals("--no-config")) return ConfigFile.none();
            if (word.startsWith("--config=")) file = Path.of(word.substring("--config=".length()));
            else if (word.equals("--config") && i + 1 < words.size()) file = Path.of(words.get(i + 1));
        }
        Path usual = Places.of(terminal.environment()).configFile();
        if (file == null && !Files.exists(usual)) return ConfigFile.none();
        return ConfigFile.read(file == null ? usual : file, options(commandLine(terminal)));
    }

    private static Set<String> options(CommandLine names) {
        var options = new HashSet<String>();
        names.getSubcommands().values().forEach(command -> command.getCommandSpec().options().forEach(option -> {
            for (String name : option.names()) {
                boolean isOurs = name.startsWith("--") && !option.usageHelp() && !option.versionHelp()
                        && !name.endsWith("config");
                if (!isOurs) continue;
                options.add(name.substring(2));
                options.add(command.getCommandName() + "." + name.substring(2));
            }
        }));
        return options;
    }

    /** All commands; or that one alone which the first word names, for to read each takes time at every start. */
    static List<Class<?>> needed(String... words) {
        if (words.length == 0) return COMMANDS;
        for (Class<?> command : COMMANDS) {
            if (command.getSimpleName().toLowerCase(Locale.ROOT).equals(words[0] + "command")) return List.of(command);
        }
        return COMMANDS;
    }

    static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, ConfigFile.none(), COMMANDS);
    }

    private static CommandLine commandLine(Terminal terminal, ConfigFile config, List<Class<?>> commands) {
        LogLines.to(terminal);
        var main = new Main(terminal);
        var line = new CommandLine(main);
        commands.forEach(line::addSubcommand);
        var defaults = new EnvironmentDefaults(terminal.environment(), config);
        line.setDefaultValueProvider(defaults);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpLongOptionsMaxWidth(28);
        line.setExecutionStrategy(result -> {
            main.settle();
            return new CommandLine.RunLast().execute(result);
        });
        line.setParameterExceptionHandler((e, args) -> Faults.of(terminal, defaults.explained(e, List.of(args))));
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
