package shoal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The house's rules, read from its source text: who may import whom, what a thing may be called, what nobody does.
 *
 * <p>A room is a package directly below {@code shoal}; its sign is the Javadoc of its {@code package-info.java}. The
 * text of comments and strings counts for nothing except on the sign. Each complaint begins with the file's path.
 */
final class HouseRules {
    private static final int LINES_OF_ONE_THOUGHT = 400;
    private static final int COLUMNS = 120;

    /** Floors 0 to 2: arithmetic and codecs, which a test must be able to run without a world around them. */
    private static final Set<String> PURE =
            Set.of("bytes", "bencode", "merkle", "manifest", "wire", "announce", "dht", "catalogue");

    private static final Pattern SIGN = Pattern.compile("May import: ([a-z, ]+)\\.");
    private static final Pattern USE = Pattern.compile("\\bshoal\\.([a-z]+)\\b");
    private static final Pattern WORLD = Pattern.compile("\\b(Files\\.|FileChannel\\b|SocketChannel\\b"
            + "|DatagramChannel\\b|ServerSocket\\b|new Socket\\b|Thread\\b|LockSupport\\b"
            + "|System\\.nanoTime|System\\.currentTimeMillis"
            + "|Instant\\.now|Clock\\.system)");
    private static final Pattern NAME = Pattern.compile("\\b(?:class|record|enum|interface)\\s+"
            + "(\\w*(?:Manager|Helper|Helpers|Util|Utils|Impl|Service))\\b|\\binterface\\s+(I[A-Z][a-z]\\w*)");
    private static final Pattern GETTER = Pattern.compile("(?m)((?:^[ \\t]*@\\w+(?:\\([^)]*\\))?\\s+)*)"
            + "^[ \\t]*((?:(?:[\\w.]+(?:<[^;{}()=]*>)?(?:\\[])*|<[^;{}()=]*>)[ \\t]+)+)(get[A-Z]\\w*)\\s*\\(");
    private static final Pattern STATEMENT = Pattern.compile("\\b(return|throw|new|yield|else|assert|case)\\b");
    private static final Pattern RECORD = Pattern.compile("\\brecord\\s+(\\w+)\\s*(?:<[^({]*>\\s*)?\\(");
    private static final Pattern BYTES = Pattern.compile("\\bbyte\\s*(?:\\[|\\.\\.\\.)");
    private static final Pattern INTERRUPT =
            Pattern.compile("(?<!Thread\\.currentThread\\(\\))\\.interrupt\\("
                    + "|\\.shutdownNow\\(|\\.cancel\\(\\s*true\\s*\\)");
    private static final Pattern PRINT = Pattern.compile("\\bSystem\\.(out|err)\\b|\\.printStackTrace\\(\\)");

    private final Map<String, String> sources;
    private final Map<String, Set<String>> signs = new TreeMap<>();
    private final List<String> complaints = new ArrayList<>();

    private HouseRules(Map<String, String> sources) {
        this.sources = sources;
    }

    /** Every Java file below {@code root}, by its path relative to it, with {@code /} on any system. */
    static Map<String, String> read(Path root) throws IOException {
        var found = new TreeMap<String, String>();
        try (var files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                found.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
            }
        }
        return found;
    }

    /** What is against the rules of shape, which hold for tests and benchmarks as well. */
    static List<String> misshapen(Map<String, String> sources) {
        var rules = new HouseRules(new TreeMap<>(sources));
        rules.sources.forEach(rules::shape);
        return List.copyOf(rules.complaints);
    }

    /** What is against the rules in {@code sources} (path to text), empty when nothing is. */
    static List<String> broken(Map<String, String> sources) {
        var rules = new HouseRules(new TreeMap<>(sources));
        rules.readSigns();
        rules.findCycles();
        rules.sources.forEach(rules::readFile);
        return List.copyOf(rules.complaints);
    }

    private void complain(String path, String what) {
        complaints.add(path + ": " + what);
    }

    private void readSigns() {
        var rooms = new TreeSet<String>();
        for (String path : sources.keySet()) {
            String room = room(path);
            if (room.isEmpty()) {
                complain(path, "stands in no room: code belongs in a package directly below shoal");
            } else {
                rooms.add(room);
            }
        }
        for (String room : rooms) {
            String path = "shoal/" + room + "/package-info.java";
            String sign = sources.get(path);
            if (sign == null) {
                complain(path, "the room has no sign");
                continue;
            }
            Matcher mayImport = SIGN.matcher(sign.replaceAll("\\s*\\R\\s*\\*\\s*", " "));
            if (!mayImport.find()) {
                complain(path, "the sign has no line 'May import: a, b.' (or 'May import: nothing.')");
            } else {
                var allowed = new TreeSet<>(List.of(mayImport.group(1).split(", *")));
                allowed.remove("nothing");
                signs.put(room, allowed);
            }
            if (!code(sign).contains("@NullMarked")) {
                complain(path, "the room is not @NullMarked");
            }
        }
    }

    /** Takes away, again and again, the rooms that import none of the rest or that none of the rest imports. */
    private void findCycles() {
        var left = new TreeMap<>(signs);
        boolean moved = true;
        while (moved) {
            Set<String> rest = Set.copyOf(left.keySet());
            moved = left.entrySet().removeIf(room -> Collections.disjoint(room.getValue(), rest)
                    || left.values().stream().noneMatch(used -> used.contains(room.getKey())));
        }
        if (!left.isEmpty()) {
            complaints.add("shoal: these rooms stand on each other, a cycle: " + left.keySet());
        }
    }

    private void readFile(String path, String text) {
        String room = room(path);
        String code = code(text);
        foreignImports(path, room, code);
        names(path, code);
        records(path, code);
        shape(path, text);
        refuse(path, code, INTERRUPT, "close, never interrupt: an interrupt closes a file for every thread");
        if (!room.equals("cli")) {
            refuse(path, code, PRINT, "only cli prints");
        }
        if (PURE.contains(room) && !path.startsWith("shoal/wire/PeerChannel")) {
            refuse(path, code, WORLD, "a room of floors 0 to 2 has no threads, clock, disk or sockets");
        }
    }

    private void foreignImports(String path, String room, String code) {
        Set<String> allowed = signs.get(room);
        if (allowed == null) {
            return; // already said
        }
        var foreign = new TreeSet<String>();
        USE.matcher(code).results().map(use -> use.group(1)).forEach(foreign::add);
        foreign.remove(room);
        foreign.removeAll(allowed);
        foreign.forEach(other -> complain(path, "uses shoal." + other + ", which is not on the sign of " + room));
    }

    private void names(String path, String code) {
        for (Matcher name = NAME.matcher(code); name.find(); ) {
            String bad = name.group(1) != null ? name.group(1) : name.group(2);
            complain(path, "the name " + bad + " says nothing: a noun for what holds state, a verb for what it does");
        }
        for (Matcher getter = GETTER.matcher(code); getter.find(); ) {
            boolean given = getter.group(1).contains("@Override");
            if (!given && !STATEMENT.matcher(getter.group(2)).find()) {
                complain(path, "no get prefix: " + getter.group(3));
            }
        }
    }

    private void records(String path, String code) {
        for (Matcher header = RECORD.matcher(code); header.find(); ) {
            int end = header.end();
            for (int open = 1; open > 0 && end < code.length(); end++) {
                open += code.charAt(end) == '(' ? 1 : code.charAt(end) == ')' ? -1 : 0;
            }
            if (BYTES.matcher(code.substring(header.end(), end)).find()) {
                complain(path, "the record " + header.group(1) + " holds a byte[]: it would neither equal nor stay");
            }
        }
    }

    private void shape(String path, String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() > LINES_OF_ONE_THOUGHT) {
            complain(path, lines.size() + " lines: look for the second thought in it");
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).length() > COLUMNS) {
                complain(path, "line " + (i + 1) + " is longer than " + COLUMNS + " columns");
            }
            if (lines.get(i).indexOf('\t') >= 0) {
                complain(path, "line " + (i + 1) + " has a tab");
            }
        }
    }

    private void refuse(String path, String code, Pattern pattern, String why) {
        Matcher found = pattern.matcher(code);
        if (found.find()) {
            complain(path, "'" + found.group() + "': " + why);
        }
    }

    private static String room(String path) {
        String[] parts = path.split("/", -1);
        return parts.length > 2 ? parts[1] : "";
    }

    /** {@code text} with each comment, string and character replaced by a blank; the lines stay where they are. */
    private static String code(String text) {
        var code = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            int end = endOfSilence(text, i);
            if (end == i) {
                code.append(text.charAt(i++));
                continue;
            }
            code.append(' ');
            text.substring(i, end).chars().filter(c -> c == '\n').forEach(c -> code.append('\n'));
            i = end;
        }
        return code.toString();
    }

    /** Where the comment or literal that begins at {@code i} ends; {@code i} when none begins there. */
    private static int endOfSilence(String text, int i) {
        if (text.startsWith("//", i)) {
            return after(text, "\n", i) - (text.indexOf('\n', i) < 0 ? 0 : 1);
        }
        if (text.startsWith("/*", i)) {
            return after(text, "*/", i + 2);
        }
        String quote = text.startsWith("\"\"\"", i) ? "\"\"\""
                : text.charAt(i) == '"' ? "\"" : text.charAt(i) == '\'' ? "'" : "";
        if (quote.isEmpty()) {
            return i;
        }
        int end = i + quote.length();
        while (end < text.length() && !text.startsWith(quote, end)) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(text.length(), end + quote.length());
    }

    private static int after(String text, String mark, int from) {
        int at = text.indexOf(mark, from);
        return at < 0 ? text.length() : at + mark.length();
    }
}
