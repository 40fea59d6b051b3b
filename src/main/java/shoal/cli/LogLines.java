package shoal.cli;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Where the lines of {@link System.Logger} go: warnings to the terminal like errors of ours, the rest only with
 * {@code -v}. The JDK finds this class by its name; in place of its own logging, which takes long to load.
 */
public final class LogLines extends System.LoggerFinder {
    private static volatile @Nullable Terminal terminal;

    /** For the JDK. */
    public LogLines() {}

    static void to(Terminal other) {
        terminal = other;
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Lines(name);
    }

    private record Lines(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            Terminal to = terminal;
            Terminal.Volume volume = to == null ? Terminal.Volume.USUAL : to.volume();
            return switch (volume) {
                case QUIET -> level.compareTo(Level.ERROR) >= 0;
                case USUAL -> level.compareTo(Level.WARNING) >= 0;
                case VERBOSE -> level.compareTo(name.startsWith("shoal.") ? Level.DEBUG : Level.INFO) >= 0;
            } && level != Level.OFF;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String message,
                @Nullable Throwable thrown) {
            Terminal to = terminal;
            if (to == null || !isLoggable(level)) return;
            boolean grave = level.compareTo(Level.WARNING) >= 0;
            to.log((grave ? "shoal: " : "  ") + message + (thrown == null ? "" : "\n" + Stack.of(thrown)));
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String format,
                @Nullable Object @Nullable ... values) {
            if (!isLoggable(level)) return;
            boolean plain = format == null || values == null || values.length == 0;
            log(level, bundle, plain ? format : new MessageFormat(format, java.util.Locale.ROOT).format(values),
                    (Throwable) null);
        }
    }
}
