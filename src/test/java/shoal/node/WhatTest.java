package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueName;

final class WhatTest {
    private static final String HEX = "CAF1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e";

    @Test
    void sixtyFourDigitsAreAShareAndFortyItsShortHash() throws Exception {
        assertEquals(new What.Share(Hash.ofHex(HEX)), What.parse(HEX));
        assertEquals(new What.ShortShare(InfoHash.ofHex(HEX.substring(0, 40))), What.parse(HEX.substring(0, 40)));
    }

    @Test
    void aRootSaysSo() throws Exception {
        assertEquals(new What.Root(Hash.ofHex(HEX)), What.parse("root:" + HEX));
        assertEquals(new What.Root(Hash.ofHex(HEX)), What.parse("ROOT:" + HEX));
        assertEquals(new What.Root(Hash.ofHex(HEX), OptionalLong.of(123)), What.parse("root:" + HEX + ":123"));
    }

    @Test
    void digitsOfAnotherNumberOrScriptAreAName() throws Exception {
        assertInstanceOf(What.Named.class, What.parse(HEX.substring(1)));
        assertInstanceOf(What.Named.class, What.parse("\u0661".repeat(64)));
        assertInstanceOf(What.Named.class, What.parse("g".repeat(40)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789abcdef", "0123456789ABCDEF01",
            "77ff84905a91936367c01360803104f92432fcd904a435118"})
    void aNameWithTheDigitsOfAKeyIsASignedOne(String digits) throws Exception {
        assertEquals(new What.Signed(new CatalogueName("film@home"), digits), What.parse("film@home@" + digits));
        var decomposed = (What.Signed) What.parse("gro\u0308ße@" + digits);
        assertEquals("gr\u00f6ße", decomposed.name().text(), "a record is of a name in NFC");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "@", "me@example.org", "film@", "film@0123456789abcde", "@0123456789abcdef", "film@0123456789abcdeg",
        "a film @ home", "film@0123456789abcdef.mkv", "film@ 0123456789abcdef",
        "film@00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
        "a name of 65 bytes, which no record can bear, however it is cut..@0123456789abcdef"
    })
    void anyOtherNameWithAnAtIsANameAsBefore(String text) throws Exception {
        assertEquals(new What.Named(new CatalogueName(text)), What.parse(text));
    }

    @Test
    void aPathWithASlashIsAManifestWhetherItIsThereOrNot() throws Exception {
        assertEquals(new What.Filed(Path.of("./none")), What.parse("./none"));
        assertEquals(new What.Filed(Path.of("/none.torrent")), What.parse("/none.torrent"));
    }

    @Test
    void aFileThatIsThereIsAManifestOnlyIfItEndsSo(@TempDir Path folder) throws Exception {
        Path torrent = Files.createFile(folder.resolve("a.torrent"));
        assertEquals(new What.Filed(torrent), What.parse(torrent.toString()));
        assertTrue(Files.exists(Path.of("pom.xml")));
        assertEquals(new What.Named(new CatalogueName("pom.xml")), What.parse("pom.xml"));
        assertEquals(new What.Named(new CatalogueName("none.torrent")), What.parse("none.torrent"));
    }

    @Test
    void knowsLinksAndUrls() throws Exception {
        assertInstanceOf(What.Link.class, What.parse("magnet:?xt=urn:btmh:1220" + HEX));
        assertEquals(new What.Hosted(URI.create("HTTP://h/a.torrent")), What.parse("HTTP://h/a.torrent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "root:12", "root:", "root:" + HEX + ":", "root:" + HEX + ":0",
        "root:" + HEX + ":-1", "root:" + HEX + ":9999999999999999999", "http://[", "a\u0007b", "x\u202ey"})
    void whatMeansNothingIsUsage(String text) {
        assertEquals(Refusal.Kind.USAGE, assertThrows(Refusal.class, () -> What.parse(text)).kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"magnet:", "magnet:?dn=x", "magnet:?xt=urn:btmh:1220zz"})
    void aBadLinkHasItsOwnKind(String link) {
        assertEquals(Refusal.Kind.BAD_MAGNET, assertThrows(Refusal.class, () -> What.parse(link)).kind());
    }
}
