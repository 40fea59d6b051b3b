package shoal.manifest;

import static shoal.bytes.Printable.quoted;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the files of a manifest lie below the folder they are fetched to. Whatever the manifest says, no two files get
 * one path, no path leads out, and each name can be stored and shown. Names are never changed in silence: a manifest
 * that does not fit is refused.
 */
public final class DiskNames {
    private static final String WINDOWS_FORBIDS = "<>:\"|?*\\";
    private static final Pattern WINDOWS_PORT = Pattern.compile("(com|lpt)[0-9\u00b9\u00b2\u00b3]");
    private static final Set<String> WINDOWS_DEVICES = Set.of("con", "prn", "aux", "nul", "conin$", "conout$");

    private DiskNames() {}

    /**
     * The path of each file, in the order of {@link Manifest#files}: the file's name if it is alone at the root of the
     * tree, and otherwise its path in a folder of the manifest's name.
     *
     * @throws ManifestException with the first name that cannot be used and why
     */
    public static List<Path> relativePaths(Manifest manifest) throws ManifestException {
        check(manifest.name(), manifest.isSingleFile(), names(manifest));
        var paths = new ArrayList<Path>(manifest.files().size());
        for (ManifestFile file : manifest.files()) paths.add(path(manifest, file));
        return List.copyOf(paths);
    }

    private static List<List<String>> names(Manifest manifest) {
        return manifest.files().stream().map(ManifestFile::path).toList();
    }

    /**
     * Whether files with these paths, which this disk can have, can lie on other disks: for whoever shares them.
     *
     * @param name of the share
     * @param paths within it, one element each
     * @throws ManifestException with the first name that cannot be used and why
     */
    public static void check(String name, List<List<String>> paths) throws ManifestException {
        check(name, paths.size() == 1 && paths.getFirst().size() == 1, paths);
    }

    private static void check(String name, boolean isSingleFile, List<List<String>> paths) throws ManifestException {
        var taken = new LinkedHashMap<String, String>();
        if (!isSingleFile) checkElement(name);
        for (List<String> path : paths) {
            for (String element : path) checkElement(element);
            String text = String.join("/", path);
            String other = taken.putIfAbsent(folded(text), text);
            if (other != null) {
                boolean isFirst = text.compareTo(other) < 0;
                throw new ManifestException(quoted(isFirst ? text : other) + " and " + quoted(isFirst ? other : text)
                        + " are one name where case and accents' spelling do not count");
            }
        }
        checkFolders(taken);
    }

    private static void checkElement(String name) throws ManifestException {
        // a char has three bytes at most
        if (name.length() > ManifestLimits.MAX_NAME_BYTES / 3) {
            int bytes = name.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > ManifestLimits.MAX_NAME_BYTES) {
                throw new ManifestException("the name " + quoted(name) + " has " + bytes + " bytes, more than "
                        + ManifestLimits.MAX_NAME_BYTES);
            }
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isDeceptive(name.charAt(i))) continue;
            throw new ManifestException("the name " + quoted(name) + " has control characters in it");
        }
    }

    /** Control characters, line breaks, and the marks that let a name read other than it is. */
    private static boolean isDeceptive(char c) {
        return Character.isISOControl(c)
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    /** A file may not be, where case does not count, what another one needs as a folder. */
    private static void checkFolders(Map<String, String> taken) throws ManifestException {
        var folders = new HashSet<String>();
        for (var entry : taken.entrySet()) {
            String path = entry.getKey();
            for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
                String folder = path.substring(0, end);
                String file = taken.get(folder);
                if (file != null) {
                    String other = quoted(entry.getValue());
                    throw new ManifestException(quoted(file) + " is a file, but " + other
                            + " needs it to be a folder where case does not count");
                }
                // where another file has been, all folders above have been looked at
                if (!folders.add(folder)) break;
            }
        }
    }

    /** Equal for names that some common file system takes for one. */
    private static String folded(String path) {
        if (isAscii(path)) return path.toLowerCase(Locale.ROOT);
        String text = Normalizer.normalize(path, Normalizer.Form.NFD);
        String folded = text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return text.equals(path) ? folded : Normalizer.normalize(folded, Normalizer.Form.NFD);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) return false;
        }
        return true;
    }

    private static Path path(Manifest manifest, ManifestFile file) throws ManifestException {
        var elements = new ArrayList<String>(file.path());
        if (!manifest.isSingleFile()) elements.addFirst(manifest.name());
        Path path;
        try {
            path = Path.of(elements.getFirst(), elements.subList(1, elements.size()).toArray(String[]::new));
        } catch (InvalidPathException e) {
            throw new ManifestException("the name " + quoted(file.pathText())
                    + " cannot be stored here (" + e.getReason() + "); is the locale UTF-8?", e);
        }
        // a second look with this system's eyes: drive letters, other separators
        if (path.isAbsolute() || path.getNameCount() != elements.size() || !path.normalize().equals(path)) {
            throw new ManifestException("the name " + quoted(file.pathText()) + " would lead elsewhere on this system");
        }
        return path;
    }

    /** The names that some other system cannot store, each with the reason; for whoever shares them. */
    public static List<String> warnings(List<List<String>> paths) {
        var warnings = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (List<String> path : paths) {
            for (String element : path) {
                if (seen.add(element)) windows(element).ifPresent(why -> warnings.add(quoted(element) + " " + why));
            }
        }
        return warnings.stream().sorted().toList();
    }

    private static Optional<String> windows(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (WINDOWS_FORBIDS.indexOf(name.charAt(i)) < 0) continue;
            return Optional.of("has a character that Windows does not allow");
        }
        if (name.endsWith(".") || name.endsWith(" ")) {
            return Optional.of("ends with a dot or a blank, which Windows takes away");
        }
        int dot = name.indexOf('.');
        String stem = (dot < 0 ? name : name.substring(0, dot)).strip().toLowerCase(Locale.ROOT);
        return WINDOWS_DEVICES.contains(stem) || (stem.length() == 4 && WINDOWS_PORT.matcher(stem).matches())
                ? Optional.of("is the name of a device on Windows")
                : Optional.empty();
    }
}
