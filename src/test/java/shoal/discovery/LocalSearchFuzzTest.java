package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.InfoHash;

/** Whatever a neighbour sends is a search within its limits, which we could have sent ourselves, or nothing. */
final class LocalSearchFuzzTest {
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.192.152.143");

    static Stream<byte[]> datagrams() {
        return Stream.of(
                new LocalSearch(6881, List.of(new InfoHash(1, 2, 3), new InfoHash(4, 5, 6)), "c").encoded(GROUP, 6771),
                "BT-SEARCH * HTTP/1.1\r\nPort: 99999\r\nInfohash: \r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("datagrams")
    @FuzzTest(maxDuration = "25s")
    void readsOrIgnores(byte[] bytes) {
        Optional<LocalSearch> read = LocalSearch.parse(bytes);
        if (read.isEmpty()) return;
        LocalSearch search = read.get();
        assertTrue(search.shares().size() <= LocalLimits.NAMED);
        assertEquals(read, LocalSearch.parse(search.encoded(GROUP, 6771)));
    }
}
