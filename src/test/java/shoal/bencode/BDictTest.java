package shoal.bencode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is built and what is asked of values. */
final class BDictTest {
    private static final BDict DICT = BDict.builder()
            .put("text", "ü")
            .put("number", 5)
            .put("list", new BList(List.of(new BInt(1))))
            .put("dict", BDict.builder().build())
            .build();

    @Test
    void sortsKeysByTheirBytesAndNotAsJavaSortsText() {
        // U+FF5E is before U+1F600 in UTF-8 and behind it in UTF-16
        BDict dict = BDict.builder().put("\ud83d\ude00", 1).put("\uff5e", 2).put("z", 3).build();
        assertEquals("d1:zi3e3:\uff5ei2e4:\ud83d\ude00i1ee", new String(dict.encoded(), UTF_8));
    }

    @Test
    void answersByTypeAndHasNothingOfAnotherOne() {
        assertEquals(Optional.of(5L), DICT.integer("number"));
        assertEquals(Optional.of(BString.of("ü")), DICT.string("text"));
        assertEquals(1, DICT.list("list").orElseThrow().size());
        assertEquals(0, DICT.dict("dict").orElseThrow().size());
        for (String key : new String[] {"text", "number", "list", "dict"}) {
            assertTrue(DICT.has(key));
            int types = (DICT.integer(key).isPresent() ? 1 : 0)
                    + (DICT.string(key).isPresent() ? 1 : 0)
                    + (DICT.list(key).isPresent() ? 1 : 0)
                    + (DICT.dict(key).isPresent() ? 1 : 0);
            assertEquals(1, types, key);
        }
        assertFalse(DICT.has("nothing"));
        assertEquals(Optional.empty(), DICT.value("nothing"));
    }

    @Test
    void walksItsKeysInOrder() {
        assertEquals(List.of(BString.of("dict"), BString.of("list"), BString.of("number"), BString.of("text")),
                DICT.keys());
        assertEquals(BString.of("list"), DICT.keyAt(1));
        assertEquals(new BInt(5), DICT.valueAt(2));
    }

    @Test
    void aKeyPutTwiceKeepsItsLastValue() {
        assertEquals(Optional.of(2L), BDict.builder().put("a", 1).put("a", 2).build().integer("a"));
    }

    @Test
    void aStringTellsTextFromBytes() {
        BString bytes = BString.wrap(new byte[] {'a', (byte) 0xff});
        assertEquals(Optional.empty(), bytes.utf8());
        assertEquals("a\ufffd", bytes.text());
        assertEquals(Optional.of("ü"), BString.of("ü").utf8());
        // overlong forms and halves of pairs are no UTF-8
        assertEquals(Optional.empty(), BString.wrap(new byte[] {(byte) 0xc0, (byte) 0xae}).utf8());
        assertEquals(Optional.empty(), BString.wrap(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}).utf8());
    }

    @Test
    void theBytesOfAStringCannotBeChangedFromOutside() {
        BString string = BString.of("abc");
        string.bytes()[0] = 'x';
        assertThrows(ReadOnlyBufferException.class, () -> string.buffer().put((byte) 'x'));
        assertEquals("abc", string.text());
        assertEquals(3, string.buffer().remaining());
    }

    @Test
    void findsAKeyByItsTextWhateverAlphabet() {
        List<String> keys = List.of("", "a", "ab", "\u00e9", "\ud83d\ude00");
        BDict.Builder builder = BDict.builder();
        for (String key : keys) builder.put(key, key.length());
        BDict dict = builder.build();
        for (String key : keys) assertEquals(Optional.of((long) key.length()), dict.integer(key), key);
        List<String> others = List.of("b", "abc", "e", "\u00c3", "\u00e9a", "a\u00e9");
        for (String other : others) assertFalse(dict.has(other), other);
    }
}
