package shoal.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The environment as a source of options: {@code --no-seed} is {@code SHOAL_NO_SEED} for every command that has it, and
 * {@code SHOAL_SHARE_NO_SEED} for {@code share} alone, which counts more. Several values are separated by blanks. What
 * the environment does not say, the configuration file may.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private final Map<String, String> environment;

    private final ConfigFile config;

    EnvironmentDefaults(Map<String, String> environment, ConfigFile config) {
        this.environment = environment;
        this.config = config;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) return null;
        CommandSpec command = option.command();
        String value = value(command == null ? "" : command.name() + "-", option);
        if (value == null) value = value("", option);
        if (value == null) value = configured(command == null ? "" : command.name(), option);
        return value == null ? null : flag(option, value);
    }

    private @Nullable String configured(String command, OptionSpec option) {
        for (String name : option.names()) {
            String value = name.startsWith("--") ? config.value(command, name.substring(2)).orElse(null) : null;
            if (value != null) return value;
        }
        return null;
    }

    /** The fault; with its place in the file if neither {@code words} nor the environment brought it about. */
    ParameterException explained(ParameterException fault, List<String> words) {
        if (!(fault.getArgSpec() instanceof OptionSpec option)) return fault;
        String command = fault.getCommandLine().getCommandSpec().name();
        for (String name : option.names()) {
            boolean said = words.stream().anyMatch(word -> word.startsWith(name));
            if (said || value(command + "-", option) != null || value("", option) != null) return fault;
        }
        for (String name : option.names()) {
            String place = name.startsWith("--") ? config.place(command, name.substring(2)).orElse(null) : null;
            if (place != null) return new ParameterException(fault.getCommandLine(), place + ": " + fault.getMessage());
        }
        return fault;
    }

    private @Nullable String value(String command, OptionSpec option) {
        for (String name : option.names()) {
            String value = name.startsWith("--") ? environment.get(variable(command, name)) : null;
            if (value != null && !value.isEmpty()) return value;
        }
        return null;
    }

    /** {@code SHOAL_SHARE_NO_SEED} for {@code share-} and {@code --no-seed}. */
    static String variable(String command, String option) {
        String name = command + option.replaceFirst("^-+", "");
        return "SHOAL_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String flag(OptionSpec option, String value) {
        if (option.arity().max() > 0) return value;
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "on" -> "true";
            case "0", "no", "off" -> "false";
            default -> value;
        };
    }
}
