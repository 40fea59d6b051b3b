package shoal.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

final class MagnetFuzzTest {
    static Stream<byte[]> seeds() {
        String v2 = "magnet:?xt=urn:btmh:1220acc406048368ead53388333be1e8572db94e8fae275d502cf20096353f31e920";
        return Stream.of(
                        v2 + "&dn=a%20b+c&xl=5&tr=http%3A%2F%2Fx%2Fannounce&x.pe=1.2.3.4:5&ws=http://s&so=0,2-4",
                        v2 + "&tr.1=http://a&x.pe=[::1]:80&dn=%f0%9f%98%80%zz%",
                        "magnet:?xt=urn:btih:d39927c7ce3d54cbca0aaf3ec76f9b033f00dfda",
                        "magnet:?xt=urn%3Abtih%3A2OMSPR6OHVKMXSQKV47MO343AM7QBX62")
                .map(text -> text.getBytes(UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyTextIsAMagnetLinkOrRefused(byte[] text) {
        Magnet magnet;
        try {
            magnet = Magnet.parse(new String(text, UTF_8));
        } catch (ManifestException e) {
            Invariants.checkMessage(e);
            return;
        }
        String link = magnet.format();
        assertTrue(link.chars().allMatch(c -> c > ' ' && c < 0x7f), link);
        try {
            assertEquals(magnet, Magnet.parse(link));
        } catch (ManifestException e) {
            throw new AssertionError("cannot read what it wrote: " + link, e);
        }
    }
}
