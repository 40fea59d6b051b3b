package shoal.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * What may be typed behind the name of a command, and its help. Declared in calls and not in annotations: to read those
 * took a third of the time that a short command takes.
 */
final class Syntax {
    /** Picocli makes nothing for us: all is made here. Its own factory looks through all jars for Groovy. */
    static final IFactory NO_FACTORY = new IFactory() {
        @Override
        public <K> K create(Class<K> type) {
            throw new AssertionError("nobody makes a " + type);
        }
    };

    private static final int WIDTH = 100;

    private final CommandSpec spec;
    private final List<Setting<?>> settings = new ArrayList<>();
    private int words;

    /** That of {@code command}, a {@link Runnable} or {@link java.util.concurrent.Callable}. */
    Syntax(Object command, String name, String... aliases) {
        spec = CommandSpec.wrapWithoutInspection(command, NO_FACTORY)
                .name(name)
                .aliases(aliases)
                .versionProvider(new Version());
        spec.usageMessage()
                .sortOptions(false)
                .width(WIDTH)
                .optionListHeading("%nOptions:%n")
                .parameterListHeading("%nParameters:%n")
                .commandListHeading("%nCommands:%n");
    }

    /** What the command does. */
    Syntax says(String description) {
        spec.usageMessage().description(description);
        return this;
    }

    /** The last lines of its help. */
    Syntax ends(String... footer) {
        spec.usageMessage().footer(footer);
        return this;
    }

    /** Wrong words are its fault. */
    ParameterException fault(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Whatever goes wrong, the command ends with this code. */
    Syntax failsWith(int code) {
        spec.exitCodeOnExecutionException(code);
        return this;
    }

    private <T> Setting<T> added(OptionSpec.Builder option) {
        var setting = new Setting<T>((description, usually, initially) ->
                option.description(description).defaultValue(usually).initialValue(initially).build());
        settings.add(setting);
        return setting;
    }

    private <T> Setting<T> added(PositionalParamSpec.Builder word) {
        var setting = new Setting<T>((description, usually, initially) ->
                word.description(description).defaultValue(usually).initialValue(initially).build());
        settings.add(setting);
        return setting;
    }

    private static OptionSpec.Builder optionOf(int order, Class<?> type, String label, String... names) {
        return OptionSpec.builder(names).type(type).paramLabel(label).order(order);
    }

    /** An option with a value that is called {@code label}; help lists options by {@code order}. */
    <T> Setting<T> option(int order, Class<T> type, String label, String... names) {
        return added(optionOf(order, type, label, names));
    }

    /** An option that may be repeated, or have several texts with blanks between them. */
    Setting<List<String>> list(int order, String label, String... names) {
        Setting<List<String>> list = added(optionOf(order, List.class, label, names)
                .auxiliaryTypes(String.class)
                .splitRegex(" "));
        return list.initially(List.of());
    }

    private static OptionSpec.Builder flagOf(int order, String... names) {
        // without the fallback, one that the environment has set would be taken back where it is typed
        return OptionSpec.builder(names).type(boolean.class).fallbackValue("true").order(order);
    }

    /** An option that is there or not. */
    Setting<Boolean> flag(int order, String... names) {
        Setting<Boolean> flag = added(flagOf(order, names));
        return flag.initially(false);
    }

    /** One that each command below has, too: wherever it is typed, it is the same. */
    Setting<Boolean> flagOfAll(int order, String... names) {
        Setting<Boolean> flag = added(flagOf(order, names).scopeType(ScopeType.INHERIT));
        return flag.initially(false);
    }

    /** The same with a value. */
    <T> Setting<T> optionOfAll(int order, Class<T> type, String label, String... names) {
        return added(optionOf(order, type, label, names).scopeType(ScopeType.INHERIT));
    }

    private PositionalParamSpec.Builder wordOf(Class<?> type, String label, String arity) {
        String index = arity.endsWith("*") ? words + "..*" : String.valueOf(words);
        words++;
        return PositionalParamSpec.builder().index(index).type(type).paramLabel(label).arity(arity);
    }

    /** A word that has to be there; the next one is the next word. */
    <T> Setting<T> word(Class<T> type, String label) {
        return added(wordOf(type, label, "1").required(true));
    }

    /** A word that may be left out. */
    <T> Setting<T> wordIfAny(Class<T> type, String label) {
        return added(wordOf(type, label, "0..1"));
    }

    /** All words, {@code least} at least. */
    <T> Setting<List<T>> words(int least, Class<T> type, String label) {
        Setting<List<T>> all = added(
                wordOf(List.class, label, least + "..*").auxiliaryTypes(type).required(least > 0));
        return all.initially(List.of());
    }

    /** All that was declared, which ends with this. */
    CommandSpec build() {
        for (Setting<?> setting : settings) spec.add(setting.argument());
        settings.clear();
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
        return spec;
    }
}
