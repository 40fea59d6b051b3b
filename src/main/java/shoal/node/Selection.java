package shoal.node;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.manifest.Magnet;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;

/** Which files of a share are meant. */
@FunctionalInterface
public interface Selection {
    /** All of them. No lambda: an interface's are linked anew at each start. */
    Selection ALL = new Selection() {
        @Override
        public boolean takes(ManifestFile file) {
            return true;
        }
    };

    /** Whether this file is meant. */
    boolean takes(ManifestFile file);

    /** Those that are meant here and there. */
    default Selection and(Selection other) {
        if (equals(ALL)) return other;
        if (other.equals(ALL)) return this;
        return file -> takes(file) && other.takes(file);
    }

    /** The files with one of these numbers; all of them if there are none. */
    static Selection of(List<Magnet.Span> spans) {
        if (spans.isEmpty()) return ALL;
        return file -> spans.stream().anyMatch(s -> file.index() >= s.first() && file.index() <= s.last());
    }

    /** The files with this root. */
    static Selection of(Hash root) {
        return file -> file.root().equals(root);
    }

    /**
     * The files whose path in the manifest matches one of the globs; all of them if there are none. A glob without a
     * slash is matched with the last name of the path.
     *
     * @throws Refusal if one of them is none
     */
    static Selection ofGlobs(List<String> globs) throws Refusal {
        if (globs.isEmpty()) return ALL;
        var matchers = new ArrayList<Selection>();
        for (String glob : globs) {
            try {
                PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
                boolean whole = glob.indexOf('/') >= 0;
                matchers.add(file -> matcher.matches(Path.of(whole ? file.pathText() : file.name())));
            } catch (PatternSyntaxException e) {
                throw new Refusal(Refusal.Kind.USAGE, "--select " + glob + " is no pattern: " + e.getDescription(), e);
            }
        }
        return file -> matchers.stream().anyMatch(m -> m.takes(file));
    }

    /**
     * One bit for each file of {@code manifest}.
     *
     * @throws Refusal if none is meant
     */
    default Bits of(Manifest manifest) throws Refusal {
        var bits = new Bits(manifest.files().size());
        for (ManifestFile file : manifest.files()) {
            if (takes(file)) bits.set(file.index());
        }
        if (bits.isEmpty()) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "none of the " + bits.size() + " files is selected");
        }
        return bits;
    }
}
