package shoal.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;

final class CatalogueJsonTest {
    static final CatalogueEntry ENTRY = new CatalogueEntry(
            new CatalogueName("größe \"1\" 🎬.mkv"), new Hash(1, 2, 3, 4), 1L << 40, 100_000, 16 << 20, false, 3, 4,
            Instant.parse("2026-11-22T01:02:03.456Z"), List.of());
    static final Holder HOLDER = Holder.of(Endpoint.parse("[2001:db8::1]:6881"), 100, 1000, Duration.ofSeconds(77));

    private static final String JSON = "{\"name\":\"größe \\\"1\\\" 🎬.mkv\",\"hash\":\"" + ENTRY.infoHash().hex()
            + "\",\"length\":1099511627776,\"files\":100000,\"pieceLength\":16777216,\"private\":false,\"seeders\":3,"
            + "\"leechers\":4,\"added\":\"2026-11-22T01:02:03.456Z\"}";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void writesUtf8AndReadsItAgain() throws CatalogueFormatException {
        assertEquals(JSON, new String(CatalogueJson.entry(ENTRY), StandardCharsets.UTF_8));
        assertEquals(ENTRY, CatalogueJsonReader.entry(CatalogueJson.entry(ENTRY)));
        var page = new SearchPage(List.of(ENTRY, ENTRY), 50);
        assertEquals(page, CatalogueJsonReader.page(CatalogueJson.page(page)));
        var last = new SearchPage(List.of(), SearchPage.NO_MORE);
        assertEquals(last, CatalogueJsonReader.page(CatalogueJson.page(last)));
        var matches = new NameMatches(List.of(ENTRY), List.of());
        assertEquals(matches, CatalogueJsonReader.names(CatalogueJson.names(matches)));
        assertEquals(List.of(HOLDER), CatalogueJsonReader.holders(CatalogueJson.holders(List.of(HOLDER))));
        var unknown = Holder.of(Endpoint.parse("192.0.2.1:1"), 5, 0, Duration.ZERO);
        assertEquals(List.of(unknown), CatalogueJsonReader.holders(CatalogueJson.holders(List.of(unknown))));
        var root = new RootMatch(ENTRY, "a/b", 7, 1000, List.of(HOLDER));
        assertEquals(List.of(root), CatalogueJsonReader.roots(CatalogueJson.roots(List.of(root))));
    }

    @Test
    void anEntryBringsTheRecordsOfItsNameAndHash() throws CatalogueFormatException {
        NameRecord record = NameRecordTest.ALICE.sign(ENTRY.name(), 7, ENTRY.infoHash());
        CatalogueEntry signed = ENTRY.withRecords(List.of(record));
        assertEquals(signed, CatalogueJsonReader.entry(CatalogueJson.entry(signed)));
        assertEquals(List.of(record), CatalogueJsonReader.records(CatalogueJson.records(List.of(record))));
        String json = new String(CatalogueJson.entry(signed), StandardCharsets.UTF_8);
        String hex = HexFormat.of().formatHex(record.encoded());
        NameRecord other = NameRecordTest.ALICE.sign(ENTRY.name(), 7, new Hash(1, 2, 3, 5));
        for (String bad : new String[] {
            "", "zz", "0", hex.substring(2), hex + "00", "00".repeat(5000), HexFormat.of().formatHex(other.encoded())
        }) {
            assertThrows(CatalogueFormatException.class, () -> CatalogueJsonReader.entry(bytes(json.replace(hex, bad))),
                    bad);
        }
        assertThrows(CatalogueFormatException.class,
                () -> CatalogueJsonReader.entry(bytes(json.replace('"' + hex + '"', "1"))));
        assertThrows(CatalogueFormatException.class,
                () -> CatalogueJsonReader.records(CatalogueJson.records(Collections.nCopies(65, record))));
        assertThrows(IllegalArgumentException.class, () -> ENTRY.withRecords(List.of(other)));
    }

    @Test
    void escapesWhatWouldSteerATerminal() {
        assertEquals("{\"error\":\"a\\u001B[2J\\n\\\"b\\\"\"}",
                new String(CatalogueJson.error("a\u001b[2J\n\"b\""), StandardCharsets.UTF_8));
        assertEquals(Optional.of("no"), CatalogueJsonReader.error(bytes("{\"error\":\"no\"}")));
        assertEquals(Optional.empty(), CatalogueJsonReader.error(bytes("<html>")));
        assertEquals(Optional.empty(), CatalogueJsonReader.error(bytes("{\"error\":[1]}")));
    }

    /** Row F6: a value of another type is an error, never a conversion. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            1099511627776,            "1099511627776",  length is not a number
            1099511627776,            1.5,              length is not a number
            1099511627776,            -1,               length is not a number
            1099511627776,            99999999999999999999, length is not a number
            1099511627776,            null,             length is not a number
            1099511627776,            [1],              length is not a number
            "files":100000,           "files":2147483648, files is not a number
            "private":false,          "private":0,      private is neither
            "private":false,          "hidden":false,   private is neither
            "added":"2026-11-22T01:02:03.456Z", "added":"yesterday", an entry is wrong
            "added":"2026-11-22T01:02:03.456Z", "added":7, added is not a text
            größe,                    ../..,            the name has a slash
            größe,                    \\u0000,          the name has a control character
            "hash":"00,               "hash":"0g,       an entry is wrong
            "hash":"00,               "hash":"0000,     an entry is wrong
            "hash",                   "hsah",           hash is not a text
            {,                        [{,               not JSON
            },                        },                ``
            },                        ,                 not JSON
            """)
    void refusesAnEntryThatIsNone(String part, String instead, String reason) throws CatalogueFormatException {
        byte[] json = bytes(JSON.replace(part, instead == null ? "" : instead));
        if (reason.isEmpty()) {
            assertEquals(ENTRY, CatalogueJsonReader.entry(json));
            return;
        }
        var fault = assertThrows(CatalogueFormatException.class, () -> CatalogueJsonReader.entry(json));
        assertEquals(true, fault.toString().contains(reason), fault.toString());
    }

    @Test
    void refusesHoldersThatAreNowhere() {
        String good = new String(CatalogueJson.holders(List.of(HOLDER)), StandardCharsets.UTF_8);
        for (String bad : new String[] {"localhost:6881", "1.2.3.4:0", "1.2.3.4", "", "1.2.3.4:99999"}) {
            assertThrows(CatalogueFormatException.class,
                    () -> CatalogueJsonReader.holders(bytes(good.replaceAll("\"\\[[^\"]*\"", '"' + bad + '"'))), bad);
        }
        assertThrows(CatalogueFormatException.class, () -> CatalogueJsonReader.holders(bytes("{}")));
        assertThrows(CatalogueFormatException.class, () -> CatalogueJsonReader.holders(bytes("{\"peers\":{}}")));
        assertThrows(CatalogueFormatException.class, () -> CatalogueJsonReader.holders(bytes("{\"peers\":[1]}")));
        assertThrows(CatalogueFormatException.class,
                () -> CatalogueJsonReader.holders(bytes(good.replace("\"percent\":90", "\"percent\":101"))));
    }

    @Test
    void refusesDepthAndSizeWithoutReadingThem() {
        assertThrows(CatalogueFormatException.class,
                () -> CatalogueJsonReader.page(bytes("{\"entries\":" + "[".repeat(100_000))));
        assertThrows(CatalogueFormatException.class, () -> CatalogueJsonReader.page(new byte[(4 << 20) + 1]));
    }

    @Test
    void aHolderIsCompleteOnlyWhenNothingIsLeft() {
        Endpoint peer = Endpoint.parse("192.0.2.1:1");
        assertEquals(100, Holder.of(peer, 0, 0, Duration.ZERO).percent());
        assertEquals(99, Holder.of(peer, 1, 1L << 40, Duration.ZERO).percent());
        assertEquals(0, Holder.of(peer, 196608, 126384, Duration.ZERO).percent(),
                "left counts padding in some clients");
        assertEquals(Holder.UNKNOWN, Holder.of(peer, 16384, 0, Duration.ZERO).percent());
        assertEquals(0, Holder.of(peer, Long.MAX_VALUE, 1, Duration.ZERO).percent());
    }
}
