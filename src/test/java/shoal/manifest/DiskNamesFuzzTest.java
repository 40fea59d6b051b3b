package shoal.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bencode.BDict;
import shoal.bencode.BString;

/** Trees of files with any bytes as names, well formed in all else. */
final class DiskNamesFuzzTest {
    private static final int FILE = 0;
    private static final int FOLDER = 1;
    private static final int LINK = 2;

    static Stream<byte[]> seeds() {
        return Stream.of("\0\1a\0\1b", "\1\1d\0\2..\3\0\1z", "\0\6README\0\6readme", "\0\3e\u0301\0\2\u00e9",
                "\2\1l\0\1f",
                        "\1\1A\0\1x\3\0\1a", "\0\u0010C:\\..\\../etc/x\\y", "\0\5\u202eabc")
                .map(text -> text.getBytes(UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyNamesAreSafePathsOrRefused(byte[] data) {
        var in = ByteBuffer.wrap(data);
        try {
            BDict info = Torrents.info(folder(in, 0));
            Invariants.check(ManifestReader.read(Torrents.torrent(info)));
        } catch (ManifestException e) {
            Invariants.checkMessage(e);
        }
    }

    private static BDict folder(ByteBuffer in, int depth) {
        BDict.Builder folder = BDict.builder();
        while (in.remaining() >= 2) {
            int kind = in.get() & 3;
            if (kind > LINK) break;
            var name = new byte[Math.min(in.get() & 0xff, in.remaining())];
            in.get(name);
            folder.put(BString.wrap(name), kind == FILE ? file(in) : kind == FOLDER && depth < 20
                    ? folder(in, depth + 1)
                    : link());
        }
        return folder.build();
    }

    private static BDict file(ByteBuffer in) {
        return Torrents.file(in.hasRemaining() ? in.get(in.position()) & 0xff : 0);
    }

    private static BDict link() {
        return Torrents.node(BDict.builder().put("attr", "l").put("symlink path", Torrents.strings("x")).build());
    }
}
