package shoal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import shoal.node.Places;
import shoal.node.Refusal;
import shoal.storage.Store;

/** The root command {@code shoal}. It does nothing itself; each command is a class of its own, named here. */
final class Main implements Runnable {
    private static final List<String> COMMANDS = List.of(
            "share", "fetch", "verify", "add", "ls", "where", "rm", "tracker", "search", "peers", "show", "demo",
            "completion");

    /** Those that open the store at once, and are in a hurry. */
    private static final Set<String> STORING = Set.of("share", "fetch", "verify", "add");

    private final Terminal terminal;

    private final Syntax syntax = new Syntax(this, "shoal")
            .says("Shares giant files, fetches them from everyone who has them, proves every block.");

    private final Setting<Boolean> quiet = syntax.flagOfAll(100, "-q", "--quiet")
            .says("Print errors and results, no progress and no warnings.");

    private final Setting<Boolean> verbose = syntax.flagOfAll(101, "-v", "--verbose")
            .says("Tell all that happens, and where an error comes from.");

    private final Setting<Boolean> json = syntax.flagOfAll(102, "--json")
            .says("Print results as JSON, one object a line.");

    private Main(Terminal terminal) {
        this.terminal = terminal;
        // these two are read before the words are, in config(...)
        syntax.optionOfAll(103, Path.class, "FILE", "--config")
                .says("Read options from this file. Usually ~/.config/shoal/config.toml, if there is one.");
        syntax.flagOfAll(104, "--no-config").says("Read no configuration file.");
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

    /** All commands; or that one alone which the first word names, for to make each takes time at every start. */
    static List<String> needed(String... words) {
        return words.length > 0 && COMMANDS.contains(words[0]) ? List.of(words[0]) : COMMANDS;
    }

    private CommandSpec command(String name) {
        Syntax command = switch (name) {
            case "share" -> new ShareCommand(this).syntax;
            case "fetch" -> new FetchCommand(this).syntax;
            case "verify" -> new VerifyCommand(this).syntax;
            case "add" -> new AddCommand(this).syntax;
            case "ls" -> new LsCommand(this).syntax;
            case "where" -> new WhereCommand(this).syntax;
            case "rm" -> new RmCommand(this).syntax;
            case "tracker" -> new TrackerCommand(this).syntax;
            case "search" -> new SearchCommand(this).syntax;
            case "peers" -> new PeersCommand(this).syntax;
            case "show" -> new ShowCommand(this).syntax;
            case "demo" -> new DemoCommand(this).syntax;
            case "completion" -> new CompletionCommand(this).syntax;
            default -> throw new AssertionError("no class for " + name);
        };
        return command.build();
    }

    static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, ConfigFile.none(), COMMANDS);
    }

    private static CommandLine commandLine(Terminal terminal, ConfigFile config, List<String> commands) {
        LogLines.to(terminal);
        var main = new Main(terminal);
        CommandSpec root = main.syntax.build();
        root.usageMessage().synopsisSubcommandLabel("COMMAND");
        for (String name : commands) root.addSubcommand(name, main.command(name));
        var line = new CommandLine(root, Syntax.NO_FACTORY);
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
                verbose.value() ? Terminal.Volume.VERBOSE
                        : quiet.value() ? Terminal.Volume.QUIET : Terminal.Volume.USUAL,
                json.value());
    }

    Terminal terminal() {
        return terminal;
    }

    Places places() throws Refusal {
        return Places.of(terminal.environment());
    }

    @Override
    public void run() {
        throw syntax.fault("Which command?");
    }
}
