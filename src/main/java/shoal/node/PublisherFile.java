package shoal.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import shoal.bytes.Printable;
import shoal.bytes.PublisherKey;
import shoal.catalogue.SigningKey;

/**
 * The file with a user's key: {@code ed25519 SECRET PUBLIC} in one line, for its owner's eyes only. It comes into being
 * whole, and whatever is there already is never written to: a key that is lost cannot be had again.
 */
final class PublisherFile {
    private static final int MOST_BYTES = 1_000;
    private static final Pattern LINE = Pattern.compile("ed25519 ([0-9a-f]{64}) ([0-9a-f]{64})\\s*");
    private static final List<PosixFilePermission> OTHERS =
            List.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    /**
     * What was in the file.
     *
     * @param warning what the user should do about it, if anything
     */
    record Opened(SigningKey key, Optional<String> warning) {}

    private PublisherFile() {}

    /**
     * Reads the key, and makes one first if there is none.
     *
     * @throws IOException if there is something that is no key, or nothing and none can be made; the message is a line
     */
    static Opened open(Path file) throws IOException {
        try {
            return read(file);
        } catch (NoSuchFileException e) {
            create(file);
            return read(file);
        }
    }

    private static Opened read(Path file) throws IOException {
        String name = Printable.of(file.toString());
        if (Files.isDirectory(file) || Files.size(file) > MOST_BYTES) throw damaged(name);
        // as Latin-1, so that any bytes are a text that does not match
        Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!line.matches()) throw damaged(name);
        SigningKey key = SigningKey.of(HexFormat.of().parseHex(line.group(1)));
        // a secret with one wrong bit would be somebody else's
        if (!key.key().equals(PublisherKey.ofHex(line.group(2)))) throw damaged(name);
        return new Opened(key, isOpenToOthers(file)
                ? Optional.of("others on this machine can read your publisher's key: chmod 600 " + name)
                : Optional.empty());
    }

    private static IOException damaged(String name) {
        return new IOException("the publisher's key " + name
                + " is damaged: put back a copy, or move it away to begin with a new one");
    }

    private static boolean isOpenToOthers(Path file) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return OTHERS.stream().anyMatch(permissions::contains);
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    private static void create(Path file) throws IOException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        var secret = new byte[SigningKey.BYTES];
        new SecureRandom().nextBytes(secret);
        String line = "ed25519 " + HexFormat.of().formatHex(secret) + " " + SigningKey.of(secret).key().hex() + "\n";
        // a temporary file has mode 0600 from its beginning
        Path next = Files.createTempFile(folder, ".publisher", ".key");
        try {
            Files.writeString(next, line);
            force(next, StandardOpenOption.WRITE);
            // unlike a rename, a link replaces nothing
            Files.createLink(file, next);
            force(folder, StandardOpenOption.READ);
        } catch (FileAlreadyExistsException e) {
            return; // another process was faster, and its key is as good
        } catch (UnsupportedOperationException e) {
            throw new IOException("no publisher's key can be made in " + Printable.of(folder.toString()), e);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (var channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
