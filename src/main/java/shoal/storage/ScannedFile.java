package shoal.storage;

import java.nio.file.Path;
import java.util.List;

/** A file to be shared, as it was when it was looked at. */
public final class ScannedFile {
    private final Path path;
    private final List<String> name;
    private final FileStamp stamp;
    private final boolean executable;

    ScannedFile(Path path, List<String> name, FileStamp stamp, boolean executable) {
        this.path = path;
        this.name = name;
        this.stamp = stamp;
        this.executable = executable;
    }

    /** Where it lies: an absolute path. */
    public Path path() {
        return path;
    }

    /** Its path within the share, one element each. */
    public List<String> name() {
        return name;
    }

    /** Its length in bytes. */
    public long length() {
        return stamp.size();
    }

    /** Whether its owner may execute it. */
    public boolean executable() {
        return executable;
    }

    FileStamp stamp() {
        return stamp;
    }
}
