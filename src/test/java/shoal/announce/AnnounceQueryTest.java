package shoal.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

final class AnnounceQueryTest {
    private static final String HASH = "info_hash=%ac%c4%06%04%83h%ea%01%02%03%04%05%06%07%08%09%0a%0b%0c%0d";
    private static final String GOOD = HASH + "&peer_id=-LT2080-XPK((Y-P(hmN&port=21032&left=196608";

    private static AnnounceQuery read(String query) throws AnnounceException {
        byte[] bytes = ("?" + query).getBytes(StandardCharsets.ISO_8859_1);
        return AnnounceQuery.read(bytes, 1, bytes.length);
    }

    @Test
    void readsWhatLibtorrentSends() throws AnnounceException {
        AnnounceQuery query = read(GOOD + "&uploaded=7&downloaded=8&corrupt=0&key=22109A54&event=started&numwant=200"
                + "&compact=1&no_peer_id=1&supportcrypto=1&redundant=0");
        AnnounceRequest request = query.request();
        assertEquals("acc406048368ea0102030405060708090a0b0c0d", request.infoHash().hex());
        assertEquals("-LT2080-XPK((Y-P(hmN", request.peerId().toString());
        assertEquals(21032, request.port());
        assertEquals(7, request.uploaded());
        assertEquals(8, request.downloaded());
        assertEquals(196608, request.left());
        assertEquals(AnnounceEvent.STARTED, request.event());
        assertEquals(200, request.numWant());
        assertEquals(0x22109A54, request.key());
        assertTrue(query.compact() && query.noPeerId());
    }

    @Test
    void readsWhatItWrites() throws AnnounceException {
        var random = new SplittableRandom(23);
        for (int i = 0; i < 2_000; i++) {
            var request = new AnnounceRequest(
                    new InfoHash(random.nextLong(), random.nextLong(), random.nextInt()),
                    new PeerId(random.nextLong(), random.nextLong(), random.nextInt()),
                    random.nextInt(1, 65536),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextLong(Long.MAX_VALUE),
                    random.nextLong(3),
                    List.of(AnnounceEvent.values()).get(random.nextInt(5)),
                    random.nextInt(-1, 300),
                    random.nextInt());
            AnnounceQuery query = read(AnnounceQuery.write(request));
            assertEquals(request, query.request());
            assertTrue(query.compact());
        }
    }

    @Test
    void aPlusInAHashIsAPlus() throws AnnounceException {
        String query = GOOD.replace("%ac", "+").replace("%c4", "%2B");
        assertEquals("2b2b", read(query).request().infoHash().hex().substring(0, 4));
    }

    @Test
    void bytesThatShouldHaveBeenEscapedAreTakenAsTheyAre() throws AnnounceException {
        String query = GOOD.replace("%ac%c4", "\u00ff[");
        assertEquals("ff5b", read(query).request().infoHash().hex().substring(0, 4));
    }

    @Test
    void whatIsNotSaidIsLeftToTheTracker() throws AnnounceException {
        AnnounceQuery query = read(GOOD);
        assertEquals(AnnounceRequest.ANY_NUMBER, query.request().numWant());
        assertEquals(AnnounceEvent.NONE, query.request().event());
        assertTrue(query.compact(), "BEP 23: compact unless the client says otherwise");
        assertFalse(query.noPeerId());
        assertEquals(AnnounceEvent.NONE, read(GOOD + "&event=").request().event());
        assertEquals(AnnounceRequest.ANY_NUMBER, read(GOOD + "&numwant=-1").request().numWant());
        assertEquals(0, read(GOOD + "&key=not+hex%00").request().key());
    }

    /** Row E6. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            port=21032,          port=0,             "port is out of range"
            port=21032,          port=65536,         "port is out of range"
            port=21032,          port=-1,            "port is out of range"
            port=21032,          port=,              "port is not a number"
            port=21032,          port=%31,           "port is not a number"
            port=21032,          port=99999999999999999999999, "port is not a number"
            port=21032,          p=1,                "port is missing"
            left=196608,         left=-1,            "left is out of range"
            left=196608,         left=x,             "left is not a number"
            left=196608,         l=1,                "left is missing"
            left=196608,         left=1&left=1,      "left is there twice"
            left=196608,         left=9223372036854775808, "left is out of range"
            left=196608,         left=1&uploaded=-1, "uploaded is out of range"
            left=196608,         left=1&numwant=-2,  "numwant is out of range"
            left=196608,         left=1&numwant=2147483648, "numwant is out of range"
            left=196608,         left=1&compact=2,   "compact is out of range"
            left=196608,         left=1&event=begun, "event is none of started, completed, stopped, paused"
            left=196608,         left=1&event=startedstartedstarted, "event is too long"
            %0d,                 "",                 "info_hash has 19 bytes and not 20"
            %0d,                 %0d%0e,             "info_hash has more than 20 bytes"
            %0d,                 %0,                 "info_hash has a broken %-escape"
            %0d,                 %,                  "info_hash has a broken %-escape"
            %0d,                 %0g,                "info_hash has a broken %-escape"
            info_hash=,          hash=,              "info_hash is missing"
            peer_id=-,           peer_id=,           "peer_id has 19 bytes and not 20"
            peer_id=,            info_hash=a&peer_id=, "info_hash is there twice"
            """)
    void refusesGarbageWithOneShortLine(String part, String instead, String reason) {
        String query = GOOD.replace(part, instead);
        assertEquals(reason, assertThrows(AnnounceException.class, () -> read(query)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&", "&&=&=", "?", "=info_hash"})
    void refusesNothingAtAll(String query) {
        assertEquals("info_hash is missing", assertThrows(AnnounceException.class, () -> read(query)).getMessage());
    }

    @Test
    void refusesAQueryWithoutEnd() {
        assertEquals("the query is too long",
                assertThrows(AnnounceException.class, () -> read("a=" + "b".repeat(8_200))).getMessage());
        assertEquals("the query has too many keys",
                assertThrows(AnnounceException.class, () -> read("a=&".repeat(200))).getMessage());
    }

    @Test
    void aScrapeNamesEachHashOnce() throws AnnounceException {
        List<InfoHash> hashes = List.of(new InfoHash(1, 2, 3), new InfoHash(4, 5, 6));
        byte[] query = AnnounceQuery.ascii(AnnounceQuery.writeScrape(hashes) + "&" + AnnounceQuery.writeScrape(hashes));
        assertEquals(hashes, AnnounceQuery.readScrape(query, 0, query.length));
    }

    /** Row E8. */
    @Test
    void aFullScrapeAndAHugeOneAreRefused() {
        assertEquals("a full scrape is refused: name an info_hash",
                assertThrows(AnnounceException.class, () -> AnnounceQuery.readScrape(new byte[0], 0, 0)).getMessage());
        var many = new ArrayList<InfoHash>();
        for (int i = 0; i < 75; i++) many.add(new InfoHash(i, i, i));
        byte[] query = AnnounceQuery.ascii(AnnounceQuery.writeScrape(many));
        assertEquals("too many hashes at once",
                assertThrows(AnnounceException.class, () -> AnnounceQuery.readScrape(query, 0, query.length))
                        .getMessage());
    }
}
