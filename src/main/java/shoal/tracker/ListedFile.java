package shoal.tracker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/**
 * A file with an entry a line, in memory. What is in memory is always the whole of a file that could be read: one that
 * is broken or gone later changes nothing but a line in the log. Any thread may look, one reads.
 */
final class ListedFile<T> {
    static final int MOST_ENTRIES = 2_000_000;

    private static final System.Logger LOG = System.getLogger(ListedFile.class.getName());

    private final Path file;
    private final Function<String, T> parser;
    private Stamp stamp;
    private String complained = "";
    private volatile Set<T> entries;

    /** By what a changed file is known. */
    private record Stamp(Object key, long length, long modified) {
        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(String.valueOf(attributes.fileKey()), attributes.size(),
                    attributes.lastModifiedTime().toMillis());
        }
    }

    /** Reads {@code file}; {@code parser} throws IllegalArgumentException for what is no entry. */
    ListedFile(Path file, Function<String, T> parser) throws IOException {
        this.file = file;
        this.parser = parser;
        try {
            this.stamp = Stamp.of(file);
            this.entries = read();
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private Set<T> read() throws IOException {
        var all = new HashSet<T>();
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                String entry = line.strip();
                if (entry.isEmpty() || entry.startsWith("#")) continue;
                int blank = 0;
                while (blank < entry.length() && !Character.isWhitespace(entry.charAt(blank))) blank++;
                all.add(parser.apply(entry.substring(0, blank)));
                if (all.size() > MOST_ENTRIES) throw new IOException("more than " + MOST_ENTRIES + " entries");
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("line " + number + ": " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return Set.copyOf(all);
    }

    /** Reads it again if it has changed. */
    void refresh() {
        try {
            Stamp now = Stamp.of(file);
            if (now.equals(stamp)) return;
            Set<T> next = read();
            // one that is being written is read again when it rests
            if (!now.equals(Stamp.of(file))) return;
            stamp = now;
            entries = next;
            complained = "";
            LOG.log(Level.INFO, file + " was read again: " + next.size() + " entries");
        } catch (IOException e) {
            String trouble = "cannot read " + file + " again, what it said before is in force: " + e.getMessage();
            if (!trouble.equals(complained)) LOG.log(Level.WARNING, trouble);
            complained = trouble;
        }
    }

    boolean has(T entry) {
        return entries.contains(entry);
    }
}
