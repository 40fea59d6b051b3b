package shoal.manifest;

import static shoal.bytes.Printable.quoted;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the files of a manifest lie below the folder they are fetched to. Whatever the manifest says, no two files get
 * one path, no path leads out, and each name can be stored and shown. Names are never changed in silence: a manifest
 * that does not fit is refused.
 */
public final class DiskNames {
    private static final String WINDOWS_FORBIDS = "<>:\"|?*\\";
    private static final Set<String> WINDOWS_DEVICES = Set.of("con", "prn", "aux", "nul", "conin$", "conout$");

    private DiskNames() {}

    /**
     * The path of each file, in the order of {@link Manifest#files}: the file's name if it is alone at the root of the
     * tree, and otherwise its path in a folder of the manifest's name.
     *
     * @throws ManifestException with the first name that cannot be used and why
     */
    public static List<Path> relativePaths(Manifest manifest) throws ManifestException {
        var paths = new ArrayList<Path>(manifest.files().size());
        var taken = new HashMap<String, ManifestFile>();
        if (!manifest.isSingleFile()) checkElement(manifest.name());
        for (ManifestFile file : manifest.files()) {
            for (String element : file.path()) checkElement(element);
            ManifestFile other = taken.putIfAbsent(folded(file.pathText()), file);
            if (other != null) {
                throw new ManifestException(quoted(other.pathText()) + " and " + quoted(file.pathText())
                        + " are one name where case and accents' spelling do not count");
            }
            paths.add(path(manifest, file));
        }
        checkFolders(manifest, taken);
        return List.copyOf(paths);
    }

    private static void checkElement(String name) throws ManifestException {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > ManifestLimits.MAX_NAME_BYTES) {
            throw new ManifestException("the name " + quoted(name) + " has " + bytes + " bytes, more than "
                    + ManifestLimits.MAX_NAME_BYTES);
        }
        if (name.codePoints().anyMatch(DiskNames::isDeceptive)) {
            throw new ManifestException("the name " + quoted(name) + " has control characters in it");
        }
    }

    /** Control characters, line breaks, and the marks that let a name read other than it is. */
    private static boolean isDeceptive(int c) {
        return Character.isISOControl(c)
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    /** A file may not be, where case does not count, what another one needs as a folder. */
    private static void checkFolders(Manifest manifest, Map<String, ManifestFile> taken) throws ManifestException {
        for (ManifestFile file : manifest.files()) {
            String path = folded(file.pathText());
            for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
                ManifestFile other = taken.get(path.substring(0, end));
                if (other != null) {
                    throw new ManifestException(quoted(other.pathText()) + " is a file, but " + quoted(file.pathText())
                            + " needs it to be a folder where case does not count");
                }
            }
        }
    }

    /** Equal for names that some common file system takes for one. */
    private static String folded(String path) {
        String text = path.chars().allMatch(c -> c < 0x80) ? path : Normalizer.normalize(path, Normalizer.Form.NFD);
        String folded = text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return text.equals(path) ? folded : Normalizer.normalize(folded, Normalizer.Form.NFD);
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
    public static List<String> warnings(Manifest manifest) {
        var warnings = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (ManifestFile file : manifest.files()) {
            for (String element : file.path()) {
                if (seen.add(element)) windows(element).ifPresent(why -> warnings.add(quoted(element) + " " + why));
            }
        }
        return List.copyOf(warnings);
    }

    private static Optional<String> windows(String name) {
        if (name.chars().anyMatch(c -> WINDOWS_FORBIDS.indexOf(c) >= 0)) {
            return Optional.of("has a character that Windows does not allow");
        }
        if (name.endsWith(".") || name.endsWith(" ")) {
            return Optional.of("ends with a dot or a blank, which Windows takes away");
        }
        int dot = name.indexOf('.');
        String stem = (dot < 0 ? name : name.substring(0, dot)).strip().toLowerCase(Locale.ROOT);
        return WINDOWS_DEVICES.contains(stem) || stem.matches("(com|lpt)[0-9\u00b9\u00b2\u00b3]")
                ? Optional.of("is the name of a device on Windows")
                : Optional.empty();
    }
}
