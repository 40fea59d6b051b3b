package shoal.manifest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

final class ManifestReaderFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of("vec4.32768.torrent", "vec4.32768.hybrid.torrent", "v16385.bin.16384.torrent",
                        "v1.bin.16384.hybrid.torrent", "v0.bin.16384.torrent")
                .map(Vectors::file);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyBytesAreAManifestOrRefused(byte[] torrent) {
        try {
            Invariants.check(ManifestReader.read(torrent.clone()));
        } catch (ManifestException e) {
            Invariants.checkMessage(e);
        }
    }
}
