package shoal.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PrintableTest {
    @Test
    void escapesWhatCouldMoveTheCursorOrTurnTheLine() {
        assertEquals("\\u001b]0;owned\\u0007", Printable.of("\u001b]0;owned\u0007"));
        assertEquals("a\\u000ab\\u000dc\\u0009d\\u0000\\u007f\\u0085", Printable.of("a\nb\rc\td\0\u007f\u0085"));
        assertEquals("\\u202egpj.exe", Printable.of("\u202egpj.exe"));
        assertEquals("\\u2028\\u2029\\ufeff", Printable.of("\u2028\u2029\ufeff"));
        assertEquals("\\ud83d|", Printable.of("\ud83d|"));
        assertEquals("\\udb40\\udc41", Printable.of("\udb40\udc41"));
    }

    @Test
    void leavesTextInAllScriptsAsItIs() {
        var texts = List.of("", "plain.txt", "Übergröße", "日本語", "👨\u200d👩\u200d👧", "می\u200cخواهم", "<img>");
        for (String text : texts) assertSame(text, Printable.of(text));
    }

    @Test
    void quotesAndShortensWithoutBreakingACharacter() {
        assertEquals("\"a\\u000ab\"", Printable.quoted("a\nb"));
        for (int shift = 0; shift < 2; shift++) {
            String quoted = Printable.quoted("x".repeat(shift) + "😀".repeat(500) + "y".repeat(shift));
            assertTrue(quoted.length() < 120, quoted);
            assertTrue(quoted.contains("..."), quoted);
            assertTrue(quoted.codePoints().allMatch(c -> "\"😀.xy".indexOf(c) >= 0), quoted);
        }
    }
}
