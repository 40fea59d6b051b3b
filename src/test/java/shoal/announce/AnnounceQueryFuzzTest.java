package shoal.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client puts into its query, it is read or refused in one short line; what is read is written the same. */
final class AnnounceQueryFuzzTest {
    static Stream<byte[]> queries() {
        String good = "info_hash=%ac%c4%06%04%83h%ea%01%02%03%04%05%06%07%08%09%0a%0b%0c%0d"
                + "&peer_id=-LT2080-XPK((Y-P(hmN";
        return Stream.of(
                        good + "&port=21032&left=196608&uploaded=1&downloaded=2&event=started&numwant=200&key=22109A54",
                        good + "&port=0&left=-1&event=paused&compact=0&no_peer_id=1",
                        good + "&port=1&left=9223372036854775807&key=zz",
                        "info_hash=%1&info_hash=&=&&a")
                .map(AnnounceQuery::ascii);
    }

    @MethodSource("queries")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] query) throws AnnounceException {
        AnnounceQuery read;
        try {
            read = AnnounceQuery.read(query, 0, query.length);
        } catch (AnnounceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 100, e.getMessage());
            return;
        }
        byte[] written = AnnounceQuery.ascii(AnnounceQuery.write(read.request()));
        assertEquals(read.request(), AnnounceQuery.read(written, 0, written.length).request());
    }
}
