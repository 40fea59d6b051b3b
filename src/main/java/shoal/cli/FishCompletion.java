package shoal.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion for fish, which picocli does not make: one {@code complete} line for each command and option. */
final class FishCompletion {
    private final List<String> lines = new ArrayList<>();

    private FishCompletion() {}

    static String of(CommandSpec root) {
        var fish = new FishCompletion();
        fish.lines.add("# fish completion for shoal, made by: shoal completion fish");
        for (Map.Entry<String, CommandLine> command : root.subcommands().entrySet()) {
            CommandSpec spec = command.getValue().getCommandSpec();
            fish.lines.add("complete -c shoal -f -n __fish_use_subcommand -a " + command.getKey()
                    + " -d " + quoted(first(spec.usageMessage().description())));
            for (OptionSpec option : spec.options()) fish.option(command.getKey(), option);
        }
        return String.join("\n", fish.lines) + "\n";
    }

    private void option(String command, OptionSpec option) {
        var line = new StringBuilder("complete -c shoal -n " + quoted("__fish_seen_subcommand_from " + command));
        for (String name : option.names()) {
            line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (option.arity().min() > 0) line.append(" -r");
        lines.add(line + " -d " + quoted(first(option.description())));
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0].replaceFirst("\\..*", "");
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
