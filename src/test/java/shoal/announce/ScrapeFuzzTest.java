package shoal.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.InfoHash;

/** The same bytes as a scrape's query and as a scrape's reply: both are read within their limits or refused. */
final class ScrapeFuzzTest {
    static Stream<byte[]> both() {
        var hash = new InfoHash(0x6162636465666768L, 2, 3);
        return Stream.of(
                AnnounceQuery.ascii(AnnounceQuery.writeScrape(List.of(hash, new InfoHash(4, 5, 6)))),
                ReplyWriter.scrape(new ScrapeReply(Map.of(hash, new SwarmFigures(1, 2, 3)))),
                AnnounceQuery.ascii("d14:failure reason2:noe"));
    }

    @MethodSource("both")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] bytes) throws AnnounceException {
        try {
            List<InfoHash> hashes = AnnounceQuery.readScrape(bytes, 0, bytes.length);
            assertTrue(!hashes.isEmpty() && hashes.size() <= AnnounceLimits.SCRAPE_HASHES);
            byte[] query = AnnounceQuery.ascii(AnnounceQuery.writeScrape(hashes));
            assertEquals(hashes, AnnounceQuery.readScrape(query, 0, query.length));
        } catch (AnnounceException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 100, e.getMessage());
        }
        ScrapeReply reply;
        try {
            reply = ReplyReader.readScrape(bytes);
        } catch (AnnounceException e) {
            return;
        }
        assertEquals(reply, ReplyReader.readScrape(ReplyWriter.scrape(reply)));
    }
}
