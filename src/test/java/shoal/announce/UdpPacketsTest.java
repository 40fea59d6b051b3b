package shoal.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
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

/** The golden bytes of BEP 15 and 41, and what is refused of packets that are nearly right (row E6). */
final class UdpPacketsTest {
    private static final String HASH = "000102030405060708090a0b0c0d0e0f10111213";
    private static final String PEER = "2d5358303130302d6162636465666768696a6b6c"; // -SX0100-abcdefghijkl
    private static final String ANNOUNCE = "1122334455667788" + "00000001" + "a1a2a3a4" + HASH + PEER
            + "0000000000000016" + "0000000000004000" + "000000000000000b" // downloaded, left, uploaded
            + "00000002" + "00000000" + "cafebabe" + "ffffffff" + "1ae1"; // started, no address, key, numwant, port
    private static final UdpRequest.Announce REQUEST = new UdpRequest.Announce(0x1122334455667788L, 0xa1a2a3a4,
            new AnnounceRequest(InfoHash.ofHex(HASH), PeerId.of(HexFormat.of().parseHex(PEER)), 6881, 11, 22, 16384,
                    AnnounceEvent.STARTED, AnnounceRequest.ANY_NUMBER, 0xcafebabe),
            "");

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String hex(ByteBuffer written) {
        var bytes = new byte[written.position()];
        written.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static void golden(UdpRequest request, String hex) throws AnnounceException {
        ByteBuffer out = ByteBuffer.allocate(AnnounceLimits.UDP_BYTES);
        UdpWriter.write(request, out);
        assertEquals(hex.replace(" ", ""), hex(out));
        assertEquals(request, UdpReader.request(bytes(hex)));
    }

    private static void golden(UdpReply reply, int addressBytes, String hex) throws AnnounceException {
        ByteBuffer out = ByteBuffer.allocate(AnnounceLimits.UDP_BYTES);
        UdpWriter.write(reply, out, addressBytes);
        assertEquals(hex.replace(" ", ""), hex(out));
        assertEquals(reply, UdpReader.reply(bytes(hex), addressBytes));
    }

    private static UdpReply.Announced announced(int transaction, String... peers) {
        List<Endpoint> list = List.of(peers).stream().map(Endpoint::parse).toList();
        return new UdpReply.Announced(transaction, new AnnounceReply(Duration.ofMinutes(30), Duration.ZERO, 2, 3, 0,
                CompactPeers.of(list), Map.of(), Optional.empty(), Optional.empty()));
    }

    private static String announce(String url) {
        return ANNOUNCE + url;
    }

    private static String url(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void connects() throws AnnounceException {
        golden(new UdpRequest.Connect(0x01020304), "0000041727101980 00000000 01020304");
        golden(new UdpReply.Connected(0x01020304, -2), 4, "00000000 01020304 fffffffffffffffe");
    }

    @Test
    void announces() throws AnnounceException {
        golden(REQUEST, ANNOUNCE);
        assertEquals(98, bytes(ANNOUNCE).remaining());
    }

    /** The option as libtorrent sends it. */
    @Test
    void announcesWithThePathOfTheUrl() throws AnnounceException {
        var request = new UdpRequest.Announce(
                REQUEST.connection(), REQUEST.transaction(), REQUEST.request(), "/announce");
        golden(request, announce("0209" + url("/announce")));
    }

    @Test
    void aLongPathIsSeveralOptions() throws AnnounceException {
        String path = "/" + "k".repeat(299) + "/announce";
        var request = new UdpRequest.Announce(REQUEST.connection(), REQUEST.transaction(), REQUEST.request(), path);
        golden(request, announce("02ff" + url(path.substring(0, 255)) + "0236" + url(path.substring(255))));
    }

    @ParameterizedTest
    @CsvSource({"'01 01 0202 2f61 00 ff', /a", "'0202 2f61 0703 ffffff 0201 62', /ab",
        "'00 0202 2f61', ''", "'0200', ''"})
    void optionsAreReadAsBep41Says(String options, String path) throws AnnounceException {
        var read = (UdpRequest.Announce) UdpReader.request(bytes(announce(options)));
        assertEquals(path, read.path());
    }

    @ParameterizedTest
    @CsvSource({"0, NONE", "1, COMPLETED", "2, STARTED", "3, STOPPED", "4, PAUSED"})
    void eventsHaveTheirNumbers(int number, AnnounceEvent event) throws AnnounceException {
        ByteBuffer packet = bytes(ANNOUNCE).putInt(80, number);
        assertEquals(event, ((UdpRequest.Announce) UdpReader.request(packet)).request().event());
        assertEquals(number, UdpWriter.number(event));
    }

    @Test
    void theAddressThatAPacketNamesIsNotRead() throws AnnounceException {
        assertEquals(REQUEST, UdpReader.request(bytes(ANNOUNCE).putInt(84, 0x08080808)));
    }

    @Test
    void answersAnAnnounce() throws AnnounceException {
        golden(announced(7, "192.0.2.1:6881", "198.51.100.2:51413"), 4,
                "00000001 00000007 00000708 00000003 00000002 c00002011ae1 c6336402c8d5");
        golden(announced(7, "[2001:db8::1]:6881"), 16,
                "00000001 00000007 00000708 00000003 00000002 20010db8000000000000000000000001 1ae1");
    }

    /** A reply must have no byte over: libtorrent takes it for broken otherwise. */
    @Test
    void onlyPeersOfTheAskersKindAreWritten() {
        ByteBuffer out = ByteBuffer.allocate(100);
        UdpWriter.write(announced(7, "192.0.2.1:6881", "[2001:db8::1]:6881"), out, 4);
        assertEquals(26, out.position());
        UdpWriter.write(announced(7, "192.0.2.1:6881", "[2001:db8::1]:6881"), out.clear(), 16);
        assertEquals(38, out.position());
    }

    @Test
    void scrapes() throws AnnounceException {
        var other = new InfoHash(1, 2, 3);
        golden(new UdpRequest.Scrape(5, 6, List.of(InfoHash.ofHex(HASH), other)),
                "0000000000000005 00000002 00000006" + HASH + other.hex());
        golden(new UdpReply.Scraped(6, List.of(new SwarmFigures(1, 2, 3), SwarmFigures.NONE)), 4,
                "00000002 00000006 00000001 00000003 00000002 00000000 00000000 00000000");
    }

    @Test
    void asManyHashesAreScrapedAsFit() throws AnnounceException {
        var most = new UdpRequest.Scrape(5, 6, Collections.nCopies(74, new InfoHash(1, 2, 3)));
        golden(most, "0000000000000005 00000002 00000006" + new InfoHash(1, 2, 3).hex().repeat(74));
        String more = "0000000000000005 00000002 00000006" + HASH.repeat(75);
        assertThrows(AnnounceException.class, () -> UdpReader.request(bytes(more)));
    }

    @Test
    void refusesWithAReason() throws AnnounceException {
        golden(new UdpReply.Failed(9, "no"), 4, "00000003 00000009 6e6f");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "00", "0000041727101980 00000000 010203",
        "0000041727101981 00000000 01020304", // another protocol
        "0000000000000005 00000002 00000006", // everything
        "0000000000000005 00000002 00000006 00010203", // a piece of a hash
        "0000000000000005 00000003 00000006", "0000000000000005 ffffffff 00000006",
    })
    void refusesWhatIsNoRequest(String packet) {
        assertThrows(AnnounceException.class, () -> UdpReader.request(bytes(packet)));
    }

    @ParameterizedTest
    @CsvSource({"56, -1", "64, -1", "72, -1", "80, 5", "80, -1", "92, -2", "92, -2147483648"})
    void refusesNumbersThatAreNone(int at, int number) {
        ByteBuffer packet = bytes(ANNOUNCE).putInt(at, number);
        assertThrows(AnnounceException.class, () -> UdpReader.request(packet));
    }

    @Test
    void refusesAnAnnounceWithoutAPortOrWithABrokenPath() {
        assertThrows(AnnounceException.class, () -> UdpReader.request(bytes(ANNOUNCE).putShort(96, (short) 0)));
        assertThrows(AnnounceException.class, () -> UdpReader.request(bytes(ANNOUNCE).limit(97)));
        for (String options : List.of("02", "0203 2f61", "0201 20", "0201 80", "05", "0502 00")) {
            assertThrows(AnnounceException.class, () -> UdpReader.request(bytes(announce(options))), options);
        }
    }

    /** Rows D3 to D5, as over HTTP. */
    @Test
    void usesWhatIsUsableOfAReply() throws AnnounceException {
        var reply = assertInstanceOf(UdpReply.Announced.class, UdpReader.reply(bytes("00000001 00000007 ffffffff"
                + "ffffffff 00000002" + "c00002010000" + "000000001ae1" + "c00002011ae1" + "c000"), 4)).reply();
        assertEquals(AnnounceLimits.LEAST_INTERVAL, reply.interval());
        assertEquals(0, reply.leechers());
        assertEquals(List.of(Endpoint.parse("192.0.2.1:6881")), reply.peers().list());
        String bell = "00000003 00000007 07" + "61".repeat(1000);
        var failed = assertInstanceOf(UdpReply.Failed.class, UdpReader.reply(bytes(bell), 4));
        assertTrue(failed.reason().length() < 300 && failed.reason().indexOf(7) < 0, failed.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "00000001", "00000000 00000007 00000001", "00000001 00000007 00000000 00000000 000000", "00000009 00000007",
    })
    void refusesWhatIsNoReply(String packet) {
        assertThrows(AnnounceException.class, () -> UdpReader.reply(bytes(packet), 4));
    }
}
