package shoal.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** What is done to files behind our back. */
final class Damage {
    private Damage() {}

    /** Alters all bits of the byte at {@code at}, and of no other. */
    static void flip(Path path, long at) throws IOException {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(~old);
        }
    }

    /** Lets a file have this length: cut off, or with zeros behind its end. */
    static void length(Path path, long length) throws IOException {
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(length);
        }
    }
}
