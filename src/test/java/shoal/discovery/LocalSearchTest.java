package shoal.discovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.InfoHash;

class LocalSearchTest {
    private static final InetAddress GROUP_4 = InetAddress.ofLiteral("239.192.152.143");
    private static final InetAddress GROUP_6 = InetAddress.ofLiteral("ff15::efc0:988f");
    private static final InfoHash ONE = InfoHash.ofHex("00112233445566778899aabbccddeeff00112233");
    private static final InfoHash TWO = InfoHash.ofHex("ffeeddccbbaa99887766554433221100ffeeddcc");
    private static final String HEX = ONE.hex();

    private static Optional<LocalSearch> parsed(String text) {
        return LocalSearch.parse(text.getBytes(ISO_8859_1));
    }

    @Test
    void isWrittenAsTheBepWritesIt() {
        byte[] datagram = new LocalSearch(6881, List.of(ONE, TWO), "cafe").encoded(GROUP_4, 6771);
        assertEquals("BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: " + HEX
                + "\r\nInfohash: " + TWO.hex() + "\r\ncookie: cafe\r\n\r\n\r\n", new String(datagram, ISO_8859_1));
        String six = new String(new LocalSearch(1, List.of(ONE), "").encoded(GROUP_6, 6771), ISO_8859_1);
        assertTrue(six.contains("\r\nHost: [ff15:0:0:0:0:0:efc0:988f]:6771\r\n"), six);
    }

    @Test
    void readsWhatItWrites() {
        var search = new LocalSearch(65535, List.of(ONE, TWO), "0123456789abcdef");
        assertEquals(Optional.of(search), LocalSearch.parse(search.encoded(GROUP_6, 6771)));
    }

    @Test
    void readsWhatLibtorrentWrites() {
        String theirs = "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 21001\r\nInfohash: " + HEX
                + "\r\ncookie: 5a2f\r\n\r\n\r\n";
        assertEquals(Optional.of(new LocalSearch(21001, List.of(ONE), "5a2f")), parsed(theirs));
        String mixed = "BT-SEARCH * HTTP/1.1\nport:5\ninfohash:  " + HEX.toUpperCase(Locale.ROOT) + " \n";
        assertEquals(Optional.of(new LocalSearch(5, List.of(ONE), "")), parsed(mixed));
    }

    @Test
    void manySharesGoInAsFewPacketsAsFit() {
        List<InfoHash> many = IntStream.range(0, 60).mapToObj(i -> new InfoHash(i, 0, 0)).toList();
        List<LocalSearch> searches = LocalSearch.of(6881, many, "0123456789abcdef");
        assertEquals(3, searches.size());
        var named = new ArrayList<InfoHash>();
        for (LocalSearch each : searches) {
            named.addAll(each.shares());
            assertTrue(each.encoded(GROUP_6, 6771).length <= LocalLimits.PACKET);
        }
        assertEquals(many, named);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "HTTP/1.1 200 OK",
        "BT-SEARCH * HTTP/1.1",
        "BT-SEARCH * HTTP/1.1\r\nInfohash: 00112233445566778899aabbccddeeff00112233\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 0\r\nInfohash: 00112233445566778899aabbccddeeff00112233\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\nInfohash: 00112233445566778899aabbccddeeff00112233\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: -1\r\nInfohash: 00112233445566778899aabbccddeeff00112233\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: ١\r\nInfohash: 00112233445566778899aabbccddeeff00112233\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: 00112233\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: zz112233445566778899aabbccddeeff00112233\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n\r\nInfohash: 00112233445566778899aabbccddeeff00112233\r\n\r\n",
    })
    void whatIsNoSearchIsNothing(String text) {
        assertEquals(Optional.empty(), parsed(text));
    }

    @Test
    void whatIsTooMuchIsCutOrNothing() {
        String many = "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n" + ("Infohash: " + HEX + "\r\n").repeat(35);
        assertEquals(1, parsed(many).orElseThrow().shares().size(), "one share named often is one");
        assertEquals(Optional.empty(), parsed(many + "x".repeat(LocalLimits.HEARD)));
        String cookie = "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: " + HEX + "\r\ncookie: ";
        assertEquals(Optional.empty(), parsed(cookie + "c".repeat(LocalLimits.COOKIE + 1) + "\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3 10.1.9.9 16 true", "10.1.2.3 10.2.9.9 16 false", "10.1.2.3 10.1.2.3 32 true",
        "10.1.2.127 10.1.2.128 25 false", "fe80::1 fe80::2 64 true", "fe80::1 10.0.0.1 0 false", "::1 ::2 129 false"})
    void neighboursHaveThePrefixOfTheNetwork(String row) {
        String[] cells = row.split(" ", -1);
        assertEquals(Boolean.parseBoolean(cells[3]), LocalSockets.isSamePrefix(
                InetAddress.ofLiteral(cells[0]).getAddress(), InetAddress.ofLiteral(cells[1]).getAddress(),
                Integer.parseInt(cells[2])));
    }
}
