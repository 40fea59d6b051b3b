package shoal.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;

final class MagnetTest {
    private static final String HEX = "acc406048368ead53388333be1e8572db94e8fae275d502cf20096353f31e920";
    private static final String V1 = "d39927c7ce3d54cbca0aaf3ec76f9b033f00dfda";
    private static final String LINK = "magnet:?xt=urn:btmh:1220" + HEX;

    @Test
    void readsAllThatALinkCanSay() throws Exception {
        Magnet magnet = Magnet.parse("magnet:?xt=urn:btih:" + V1 + "&xt=urn:btmh:1220" + HEX + "&dn=a%20b%2Bc&xl=126384"
                + "&tr=http%3A%2F%2Fone%2Fannounce&tr=udp%3A%2F%2Ftwo%3A80&x.pe=10.0.0.1:6881&x.pe=%5B::1%5D:6882"
                + "&ws=http%3A%2F%2Fseed%2F&so=0,2-4");
        assertEquals(Optional.of(Hash.ofHex(HEX)), magnet.infoHash());
        assertEquals(Optional.of(InfoHash.ofHex(V1)), magnet.v1Hash());
        assertEquals(Optional.of("a b+c"), magnet.name());
        assertEquals(OptionalLong.of(126384), magnet.length());
        assertEquals(List.of("http://one/announce", "udp://two:80"), magnet.trackers());
        assertEquals(List.of(Endpoint.parse("10.0.0.1:6881"), Endpoint.parse("[::1]:6882")), magnet.peers());
        assertEquals(List.of("http://seed/"), magnet.webSeeds());
        assertEquals(List.of(new Magnet.Span(0, 0), new Magnet.Span(2, 4)), magnet.selected());
        assertEquals(HEX.substring(0, 40), magnet.shortHash().hex());
        assertEquals(magnet, Magnet.parse(magnet.format()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        LINK,
        "MAGNET:?XT=URN:BTMH:1220" + HEX,
        "magnet:?xt=urn%3Abtmh%3A1220" + HEX,
        "magnet:?xt.1=urn:btmh:1220" + HEX,
        "magnet:?dn=x&&x=&=y&xt=urn:btmh:1220" + HEX + "&",
        "magnet:?xt=urn:tree:tiger:7N5OAMRNGMSSEUE3ORHOKWN4WWIQ5X4EBOOTLJY&xt=urn:btmh:1220" + HEX,
        LINK + "&xt=urn:btmh:1220" + HEX,
        LINK + "&unknown=value&x.unknown=1&k=%zz",
    })
    void findsTheHashInAllFormsOfALink(String link) throws Exception {
        assertTrue(Magnet.isMagnet(link));
        assertEquals(Optional.of(Hash.ofHex(HEX)), Magnet.parse(link).infoHash());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "d39927c7ce3d54cbca0aaf3ec76f9b033f00dfda",
        "D39927C7CE3D54CBCA0AAF3EC76F9B033F00DFDA",
        "2OMSPR6OHVKMXSQKV47MO343AM7QBX62",
        "2omspr6ohvkmxsqkv47mo343am7qbx62",
    })
    void readsTheShortHashInHexadecimalAndBase32(String text) throws Exception {
        Magnet magnet = Magnet.parse("magnet:?xt=urn:btih:" + text);
        assertEquals(Optional.of(InfoHash.ofHex(V1)), magnet.v1Hash());
        assertEquals(InfoHash.ofHex(V1), magnet.shortHash());
        assertEquals(Optional.empty(), magnet.infoHash());
        assertEquals("magnet:?xt=urn:btih:" + V1, magnet.format());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "http://x | it does not begin with magnet:",
        "magnet | it does not begin with magnet:",
        "magnet: | there is no ? behind magnet:",
        "magnet:xt?=1 | there is no ? behind magnet:",
        "magnet:? | it has no info hash (xt=urn:btmh:1220 and 64 hexadecimal digits)",
        "magnet:?dn=name&tr=http%3A%2F%2Fx | it has no info hash (xt=urn:btmh:1220 and 64 hexadecimal digits)",
        "magnet:?xt=urn:sha1:YNCKHTQCWBTRNJIV4WNAE52SJUQCZO5C"
            + " | it has no info hash (xt=urn:btmh:1220 and 64 hexadecimal digits)",
        "magnet:?xt=urn:btmh:1220 | its hash \"1220\" is not 1220 and 64 hexadecimal digits",
        "magnet:?xt=urn:btmh:12203x | its hash \"12203x\" is not 1220 and 64 hexadecimal digits",
        "magnet:?xt=urn:btmh:1114" + V1
            + " | its hash \"1114" + V1 + "\" does not begin with 1220, which means SHA-256",
        "magnet:?xt=urn:btmh:1220" + HEX + "00 | its hash \"1220" + HEX + "00\" is not 1220 and 64 hexadecimal digits",
        "magnet:?xt=urn:btih:123 | its hash \"123\" is neither 40 hexadecimal digits nor 32 of base32",
        "magnet:?xt=urn:btih:1OMSPR6OHVKMXSQKV47MO343AM7QBX62"
            + " | its hash \"1OMSPR6OHVKMXSQKV47MO343AM7QBX62\" is neither 40 hexadecimal digits nor 32 of base32",
        "magnet:?xt=urn:btih:2OMSPR6OHVKMXSQKV47MO343AM7QBX=="
            + " | its hash \"2OMSPR6OHVKMXSQKV47MO343AM7QBX==\" is neither 40 hexadecimal digits nor 32 of base32",
        LINK + "&so=1-0 | its so=\"1-0\" is no list of file numbers like 0,2-4",
        LINK + "&so=-1 | its so=\"-1\" is no list of file numbers like 0,2-4",
        LINK + "&so=1,,2 | its so=\"1,,2\" is no list of file numbers like 0,2-4",
        LINK + "&so=9999999999 | its so=\"9999999999\" is no list of file numbers like 0,2-4",
        LINK + "&so=%1B[2J | its so=\"\\u001b[2J\" is no list of file numbers like 0,2-4",
    })
    void refusesWithOneLine(String link, String message) {
        assertEquals(message, assertThrows(ManifestException.class, () -> Magnet.parse(link)).getMessage());
    }

    @Test
    void refusesLinksThatNameTwoShares() {
        String other = "&xt=urn:btmh:1220" + "0".repeat(64);
        assertEquals("it has two v2 info hashes",
                assertThrows(ManifestException.class, () -> Magnet.parse(LINK + other)).getMessage());
        String v1 = "&xt=urn:btih:" + V1 + "&xt=urn:btih:" + "0".repeat(40);
        assertEquals("it has two v1 info hashes",
                assertThrows(ManifestException.class, () -> Magnet.parse(LINK + v1)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "a+b, a b", "a%2Bb, a+b", "a%20b, a b", "%C3%BC, ü", "100%, 100%", "100%zz, 100%zz", "%4, %4", "ü, ü",
        "%f0%9f%98%80, 😀", "%FF, \ufffd",
    })
    void decodesNames(String text, String name) throws Exception {
        assertEquals(Optional.of(name), Magnet.parse(LINK + "&dn=" + text).name());
    }

    @Test
    void encodesWhatWouldEndAValueOrBecomeABlank() throws Exception {
        Magnet magnet = Magnet.of(Torrents.named("a&b=c+d %ü", "x", "y"), List.of(Endpoint.parse("[::1]:80")));
        assertTrue(magnet.format().contains("&dn=a%26b%3Dc%2Bd%20%25%C3%BC&xl=2&x.pe=%5B0:0:0:0:0:0:0:1%5D:80"),
                magnet::format);
        assertEquals(magnet, Magnet.parse(magnet.format()));
    }

    @Test
    void leavesOutWhatItCannotUse() throws Exception {
        Magnet magnet = Magnet.parse(LINK + "&x.pe=host:80&x.pe=1.2.3.4:0&x.pe=1.2.3.4:5&xl=-1&xl=abc&tr=&tr=%20"
                + "&tr=http%3A%2F%2Fa%0Ab&ws=+&dn=");
        assertEquals(List.of(Endpoint.parse("1.2.3.4:5")), magnet.peers());
        assertEquals(OptionalLong.empty(), magnet.length());
        assertEquals(List.of(), magnet.trackers());
        assertEquals(List.of(), magnet.webSeeds());
        assertEquals(Optional.empty(), magnet.name());
    }

    @Test
    void takesATrackerOnceHoweverOftenItIsNamed() throws Exception {
        assertEquals(List.of("http://a", "http://b"),
                Magnet.parse(LINK + "&tr.1=http://a&tr.2=http://b&TR=http://a").trackers());
    }

    @Test
    void refusesMoreTrackersThanAnyoneHasAndLinksWithoutEnd() {
        var many = new StringBuilder(LINK);
        for (int i = 0; i < 1001; i++) many.append("&tr=http://").append(i);
        assertEquals("it names more than 1000 trackers",
                assertThrows(ManifestException.class, () -> Magnet.parse(many.toString())).getMessage());
        String endless = LINK + "&dn=" + "x".repeat(1 << 20);
        assertEquals("it is longer than 1048576 characters",
                assertThrows(ManifestException.class, () -> Magnet.parse(endless)).getMessage());
    }

    @Test
    void knowsTheManifestThatItMeans() throws Exception {
        Manifest v2 = ManifestReader.read(Vectors.file("vec4.32768.torrent"));
        Manifest hybrid = ManifestReader.read(Vectors.file("vec4.32768.hybrid.torrent"));
        assertTrue(Magnet.of(v2, List.of()).names(v2));
        assertFalse(Magnet.of(v2, List.of()).names(hybrid));
        assertTrue(Magnet.parse("magnet:?xt=urn:btih:" + V1).names(hybrid));
        assertFalse(Magnet.parse("magnet:?xt=urn:btih:" + V1).names(v2));
        assertTrue(Magnet.parse("magnet:?xt=urn:btih:" + HEX.substring(0, 40)).names(v2), "the beginning of a v2 hash");
        assertEquals(LINK + "&dn=vec4&xl=126384", Magnet.of(v2, List.of()).format());
    }
}
