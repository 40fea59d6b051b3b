package shoal.bencode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

final class BencodeReaderFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of("d1:ad1:bi-12e1:cl0:3:abcleee1:zi9223372036854775807ee", "d1:bi1e1:ai2eetail", "l", "i-0e",
                        "l".repeat(30), "99999999999:")
                .map(text -> text.getBytes(ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyBytesAreOneCanonicalValueOrRefused(byte[] in) {
        var limits = new BencodeLimits(20, 10_000, 1 << 20);
        Bencoded value = null;
        try {
            value = BencodeReader.read(in, limits);
            assertArrayEquals(in, value.encoded());
        } catch (BencodeException e) {
            assertTrue(String.valueOf(e.getMessage()).endsWith(")"), e::getMessage);
        }
        try {
            BencodeReader.Read lenient = BencodeReader.readDictLeniently(in, 0, in.length, limits);
            assertArrayEquals(Arrays.copyOf(in, lenient.end()), lenient.value().encoded());
            if (value != null) assertEquals(value, lenient.value());
        } catch (BencodeException e) {
            assertTrue(!(value instanceof BDict), "a canonical dictionary is a lenient one");
        }
    }
}
