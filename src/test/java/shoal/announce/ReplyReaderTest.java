package shoal.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** Rows D3, D4 and D5: what a tracker may say, and what of it we believe. */
final class ReplyReaderTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static AnnounceReply reply(String text) throws AnnounceException {
        return assertInstanceOf(AnnounceReply.class, ReplyReader.read(bytes(text)));
    }

    private static List<String> peers(String text) throws AnnounceException {
        return reply(text).peers().list().stream().map(Endpoint::toString).toList();
    }

    @Test
    void readsWhatItsWriterWrites() throws AnnounceException {
        var peers = List.of(Endpoint.parse("192.0.2.1:6881"), Endpoint.parse("[2001:db8::1]:51413"));
        var reply = new AnnounceReply(
                Duration.ofMinutes(2), Duration.ofSeconds(10), 3, 4, 5, CompactPeers.of(peers), Map.of(),
                Optional.of(peers.getFirst().address()), Optional.of("be warned"));
        assertEquals(reply, ReplyReader.read(ReplyWriter.compact(reply)));
        assertEquals(reply, ReplyReader.read(ReplyWriter.dictionaries(reply)));
        assertEquals("d8:completei3e10:downloadedi5e"
                + "11:external ip4:\u00c0\u0000\u0002\u000110:incompletei4e8:intervali120e"
                        + "12:min intervali10e5:peers6:\u00c0\u0000\u0002\u0001\u001a\u00e16:peers618: \u0001\r\u00b8"
                        + "\0".repeat(11) + "\u0001\u00c8\u00d515:warning message9:be warnede",
                new String(ReplyWriter.compact(reply), StandardCharsets.ISO_8859_1));
    }

    @Test
    void writesPeerIdsForThoseWhoWantThem() {
        var peer = Endpoint.parse("192.0.2.1:6881");
        var id = PeerId.of(bytes("-XX0001-abcdefghijkl"));
        var reply = new AnnounceReply(
                Duration.ofMinutes(2), Duration.ZERO, 0, 1, 0, CompactPeers.of(List.of(peer)), Map.of(peer, id),
                Optional.empty(), Optional.empty());
        assertEquals("d8:completei0e10:downloadedi0e10:incompletei1e8:intervali120e5:peersl"
                        + "d2:ip9:192.0.2.17:peer id20:-XX0001-abcdefghijkl4:porti6881eeee",
                new String(ReplyWriter.dictionaries(reply), StandardCharsets.ISO_8859_1));
    }

    @Test
    void usesTheWholeEntriesOfABrokenCompactList() throws AnnounceException {
        assertEquals(List.of("1.2.3.4:258"), peers("d5:peers9:\1\2\3\4\1\2\1\2\3e"));
        assertEquals(List.of(), peers("d5:peers5:\1\2\3\4\5e"));
        assertEquals(List.of(), peers("d6:peers617:12345678901234567e"));
    }

    @Test
    void skipsEntriesThatAreNowhere() throws AnnounceException {
        assertEquals(List.of("1.2.3.4:258"),
                peers("d5:peers24:\0\0\0\0\1\2" + "\1\2\3\4\0\0" + "\340\0\0\1\1\2" + "\1\2\3\4\1\2" + "e"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "d4:porti1ee", "d2:ip7:1.2.3.4e", "d2:ip7:1.2.3.44:porti0ee", "d2:ip7:1.2.3.44:porti65536ee",
        "d2:ip7:1.2.3.44:porti-1ee", "d2:ip11:example.org4:porti1ee", "d2:ip0:4:porti1ee", "d2:ipi1e4:porti1ee",
        "d2:ip7:1.2.3.44:port1:1e", "i1e", "le", "3:abc", "d2:ip9:fe80::1%04:porti1ee", "d2:ip7:0.0.0.04:porti1ee"
    })
    void skipsABrokenDictionaryAndUsesTheRest(String entry) throws AnnounceException {
        assertEquals(List.of("1.2.3.4:5", "[2001:db8:0:0:0:0:0:1]:6"),
                peers("d5:peersl" + entry + "d2:ip7:1.2.3.44:porti5eed2:ip11:2001:db8::14:porti6eeee"));
    }

    @Test
    void peersOfAnotherTypeAreNone() throws AnnounceException {
        assertEquals(List.of(), peers("d5:peersi7e6:peers6dee"));
        assertEquals(List.of(), peers("de"));
    }

    @Test
    void aPeerSaidTwiceIsOne() throws AnnounceException {
        assertEquals(List.of("1.2.3.4:258"), peers("d5:peers12:\1\2\3\4\1\2\1\2\3\4\1\2e"));
    }

    @Test
    void usesSomeOfAMillionPeers() throws AnnounceException {
        var compact = new StringBuilder();
        for (int i = 0; i < 170_000; i++) {
            compact.append('\1').append((char) (i & 255)).append((char) (i >> 8 & 255)).append("\1\1\2");
        }
        assertEquals(2_000, peers("d5:peers" + compact.length() + ":" + compact + "e").size());
        assertEquals(2_000, peers("d5:peersl" + list(25_000) + "ee").size());
        // a million does not fit the megabyte that is read
        assertThrows(AnnounceException.class, () -> peers("d5:peersl" + list(1_000_000) + "ee"));
    }

    private static StringBuilder list(int peers) {
        var list = new StringBuilder();
        for (int i = 0; i < peers; i++) {
            String ip = "1." + (i & 255) + "." + (i >> 8 & 255) + "." + (i >> 16);
            list.append("d2:ip").append(ip.length()).append(':').append(ip).append("4:porti9ee");
        }
        return list;
    }

    /** Row D4. */
    @ParameterizedTest
    @CsvSource({"0,30", "-1,30", "29,30", "31,31", "3600,3600", "3601,3600", "2147483648,3600",
            "9223372036854775807,3600",
        "-9223372036854775808,30"})
    void bringsTheIntervalIntoItsRange(long said, long believed) throws AnnounceException {
        assertEquals(Duration.ofSeconds(believed), reply("d8:intervali" + said + "ee").interval());
    }

    @Test
    void anIntervalThatIsMissingOrNoNumberIsHalfAnHour() throws AnnounceException {
        assertEquals(Duration.ofMinutes(30), reply("de").interval());
        assertEquals(Duration.ofMinutes(30), reply("d8:interval3:abce").interval());
        assertEquals(Duration.ZERO, reply("d12:min intervali-5ee").minInterval());
    }

    /** Row D5. */
    @Test
    void cutsAndCleansTheTextOfAFailure() throws AnnounceException {
        String text = "<b>\u001b[2J\r\n" + "x".repeat(900_000);
        var failure = assertInstanceOf(AnnounceFailure.class,
                ReplyReader.read(bytes("d14:failure reason" + text.length() + ":" + text + "e")));
        assertTrue(failure.reason().startsWith("<b>\\u001b[2J\\u000d\\u000axxx"), failure.reason());
        assertTrue(failure.reason().length() < 300);
    }

    @ParameterizedTest
    @CsvSource({
        "8:retry ini5e,PT5M,false", "8:retry in1:7,PT7M,false", "8:retry in5:never,,true", "8:retry ini-1e,,false",
        "8:retry ini999999999e,PT1H,false", "8:intervali90e,PT1M30S,false", "8:retry in9:soon-ish!,,false", "'',,false",
        "8:retry inle,,false"
    })
    void aFailureSaysWhenToComeAgain(String more, String retryIn, boolean never) throws AnnounceException {
        String text = "d14:failure reason2:no" + more + "e";
        var expected = new AnnounceFailure("no", Optional.ofNullable(retryIn).map(Duration::parse), never);
        assertEquals(expected, ReplyReader.read(bytes(text)));
    }

    @Test
    void writesAFailureSoThatLibtorrentComesAgain() throws AnnounceException {
        var failure = AnnounceFailure.retry("full", Duration.ofSeconds(90));
        assertEquals("d14:failure reason4:full8:intervali90e8:retry ini2ee",
                new String(ReplyWriter.compact(failure), StandardCharsets.ISO_8859_1));
        assertEquals("d14:failure reason3:bade",
                new String(ReplyWriter.compact(AnnounceFailure.of("bad")), StandardCharsets.ISO_8859_1));
        var never = new AnnounceFailure("gone", Optional.empty(), true);
        assertEquals(never, ReplyReader.read(ReplyWriter.compact(never)));
    }

    @Test
    void toleratesWhatFollowsAndKeysInAnyOrder() throws AnnounceException {
        assertEquals(5, reply("d10:incompletei4e8:completei5ee<!-- served by -->").seeders());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "d", "d8:completei5e", "<html>", "le", "i1e", "d8:intervali99999999999999999999ee"})
    void refusesWhatIsNoWholeDictionary(String text) {
        String message = assertThrows(AnnounceException.class, () -> ReplyReader.read(bytes(text))).toString();
        assertTrue(message.contains("the tracker's reply is not bencoded: "), message);
    }

    @Test
    void deepNestingIsRefusedAndNotRecursedInto() {
        assertThrows(AnnounceException.class, () -> ReplyReader.read(bytes("d1:x" + "l".repeat(500_000))));
    }

    @Test
    void readsAScrape() throws AnnounceException {
        var reply = new ScrapeReply(Map.of(
                new InfoHash(1, 2, 3), new SwarmFigures(4, 5, 6), new InfoHash(7, 8, 9), SwarmFigures.NONE));
        assertEquals(reply, ReplyReader.readScrape(ReplyWriter.scrape(reply)));
        assertEquals(new ScrapeReply(Map.of()),
                ReplyReader.readScrape(bytes("d5:filesd3:abcd8:completei1ee20:01234567890123456789i1eee")));
        assertEquals("the tracker says: go away",
                assertThrows(AnnounceException.class, () ->
                        ReplyReader.readScrape(bytes("d14:failure reason7:go awaye")))
                        .getMessage());
    }
}
