package shoal.cli;

import static shoal.bytes.Printable.quoted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shoal.node.Refusal;

/**
 * The configuration file: options by their long names, for all commands that have them, and under {@code [share]} for
 * that command alone. A small part of TOML: strings without escapes, whole numbers, true and false, and lists of
 * strings on one line. What is anything else is refused with its line.
 */
final class ConfigFile {
    private static final long MOST_BYTES = 1 << 20;
    private static final Pattern TABLE = Pattern.compile("\\[\\s*([a-z0-9-]+)\\s*\\]");
    private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(.+)");
    private static final String STRING = "\"[^\"\\\\]*\"|'[^']*'";
    private static final Pattern SCALAR = Pattern.compile(STRING + "|true|false|-?[0-9]+");
    private static final Pattern LIST = Pattern.compile(
            "\\[\\s*((?:" + STRING + ")(?:\\s*,\\s*(?:" + STRING + "))*\\s*,?)?\\s*\\]");
    private static final Pattern ITEM = Pattern.compile(STRING);
    private static final Pattern COMMENT = Pattern.compile("^((?:[^\"'#]|" + STRING + ")*)#.*$");

    private final Path file;
    private final Map<String, Value> values = new HashMap<>();

    /** What an option is set to, and where. */
    private record Value(String text, int line) {}

    private ConfigFile(Path file) {
        this.file = file;
    }

    /** No file. */
    static ConfigFile none() {
        return new ConfigFile(Path.of(""));
    }

    /**
     * Reads {@code file}.
     *
     * @param known the options that there are: {@code port}, and {@code share.port} for one command
     * @throws Refusal if it cannot be read, or a line is not understood
     */
    static ConfigFile read(Path file, Set<String> known) throws Refusal {
        try {
            if (Files.size(file) > MOST_BYTES) throw bad(file + " is too large for a configuration file");
            return of(file, Files.readAllLines(file), known);
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.USAGE, "cannot read the configuration file " + file + ": "
                    + e.getMessage(), e);
        }
    }

    static ConfigFile of(Path file, List<String> lines, Set<String> known) throws Refusal {
        var config = new ConfigFile(file);
        String table = "";
        for (int i = 0; i < lines.size(); i++) {
            String where = file + ", line " + (i + 1) + ": ";
            String line = uncommented(lines.get(i)).strip();
            if (line.isEmpty()) continue;
            Matcher header = TABLE.matcher(line);
            if (header.matches()) {
                table = header.group(1) + ".";
                continue;
            }
            Matcher pair = PAIR.matcher(line);
            if (!pair.matches()) throw bad(where + quoted(line) + " is no line like port = 6881");
            String key = table + pair.group(1).replace('_', '-');
            if (!known.contains(key)) throw bad(where + "there is no option " + quoted(key));
            String text = value(pair.group(2)).orElseThrow(() -> bad(where + quoted(pair.group(2))
                    + " is no \"string\", number, true, false or list of strings on one line"));
            if (config.values.put(key, new Value(text, i + 1)) != null) throw bad(where + key + " is set twice");
        }
        return config;
    }

    private static Refusal bad(String message) {
        return new Refusal(Refusal.Kind.USAGE, message);
    }

    private static String uncommented(String line) {
        Matcher comment = COMMENT.matcher(line);
        return comment.matches() ? comment.group(1) : line;
    }

    private static Optional<String> value(String text) {
        if (SCALAR.matcher(text).matches()) return Optional.of(unquoted(text));
        if (!LIST.matcher(text).matches()) return Optional.empty();
        List<String> items = ITEM.matcher(text).results().map(item -> unquoted(item.group())).toList();
        // as in the environment: several values are separated by blanks
        return items.stream().anyMatch(item -> item.indexOf(' ') >= 0)
                ? Optional.empty()
                : Optional.of(String.join(" ", items));
    }

    private static String unquoted(String text) {
        return text.startsWith("\"") || text.startsWith("'") ? text.substring(1, text.length() - 1) : text;
    }

    /** What {@code option} (without its dashes) is set to for {@code command}. */
    Optional<String> value(String command, String option) {
        return set(command, option).map(Value::text).filter(text -> !text.isEmpty());
    }

    private Optional<Value> set(String command, String option) {
        Value own = values.get(command + "." + option);
        return Optional.ofNullable(own == null ? values.get(option) : own);
    }

    /** Where {@code option} is set for {@code command}, for people. */
    Optional<String> place(String command, String option) {
        return set(command, option).map(value -> file + ", line " + value.line());
    }
}
