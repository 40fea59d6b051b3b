package shoal.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import shoal.storage.DiskFault;

/** What {@code sha256sum} says of a file: for people who compare. Shoal itself knows files by their roots. */
public final class PlainSha256 {
    private static final int BUFFER = 1 << 20;

    private PlainSha256() {}

    /** 64 hexadecimal digits. Reads the whole file, on one core. */
    public static String of(Path file) throws DiskFault {
        var buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.update(buffer, 0, n);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        } catch (IOException e) {
            throw new DiskFault(DiskFault.Kind.IO, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
