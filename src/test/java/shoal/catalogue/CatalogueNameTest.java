package shoal.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows F2 and F3: one grammar of names, and what makes two of them look alike. */
final class CatalogueNameTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "a", "film.mkv", "Ubuntu 24.04 (amd64).iso", "größe", "фильм", "影片", "🎬 reel", "👩‍🚀.jpg", "می‌خواهم", "שלום",
        "...",
        ".hidden", "%00", "'; DROP TABLE share; --", "a\u00a0b", "e\u0301"
    })
    void takesWhatPeopleCallThings(String text) {
        assertEquals(Optional.empty(), CatalogueName.complaint(text));
        assertEquals(text, new CatalogueName(text).text());
    }

    static List<Arguments> misleading() {
        return List.of(
                Arguments.of("../x", "the name has a slash"),
                Arguments.of("a/b", "the name has a slash"),
                Arguments.of("//", "the name has a slash"),
                Arguments.of("a\\b", "the name has a slash"),
                Arguments.of(".", "the name is . or .."),
                Arguments.of("..", "the name is . or .."),
                Arguments.of("", "the name is empty"),
                Arguments.of("  ", "the name is empty"),
                Arguments.of("a\u0000b", "the name has a control character"),
                Arguments.of("a\u001b[2Jb", "the name has a control character"),
                Arguments.of("a\u007fb", "the name has a control character"),
                Arguments.of("a\u009bb", "the name has a control character"),
                Arguments.of("a\nb", "the name has a control character"),
                Arguments.of("a\u202etxt.exe", "the name has an invisible character"),
                Arguments.of("a\u200bb", "the name has an invisible character"),
                Arguments.of("a\ufeffb", "the name has an invisible character"),
                Arguments.of("a\u2066b", "the name has an invisible character"),
                Arguments.of("a\u2028b", "the name has a line break"),
                Arguments.of("a\ud800b", "the name is not Unicode"));
    }

    @ParameterizedTest
    @MethodSource("misleading")
    void refusesWhatCouldLeadAstray(String text, String reason) {
        assertEquals(Optional.of(reason), CatalogueName.complaint(text));
        assertEquals(reason, assertThrows(IllegalArgumentException.class, () -> new CatalogueName(text)).getMessage());
    }

    @Test
    void countsBytesAndNotCharacters() {
        assertEquals(Optional.empty(), CatalogueName.complaint("ü".repeat(127) + "x"));
        assertEquals(Optional.of("the name has more than 255 bytes"), CatalogueName.complaint("ü".repeat(128)));
        assertEquals(Optional.of("the name has more than 255 bytes"), CatalogueName.complaint("x".repeat(300)));
    }

    @Test
    void twoSpellingsOfOneLetterAreOneName() {
        assertEquals(new CatalogueName("gr\u00f6\u00dfe"), new CatalogueName("gro\u0308\u00dfe"));
        assertEquals(new CatalogueName("gr\u00f6\u00dfe").hashCode(), new CatalogueName("gro\u0308\u00dfe").hashCode());
        assertNotEquals(new CatalogueName("Film"), new CatalogueName("film"));
    }

    @ParameterizedTest
    @CsvSource({
        "paypal, раураl", // Cyrillic
        "PAYPAL, РАУРАL",
        "Film, FILM",
        "straße, STRASSE",
        "größe, gro\u0308ße",
        "file, ﬁle",
        "abc, ａｂｃ",
        "a b, a\u00a0\u2003b",
        "ab, a\u00adb",
        "ab, a\u200cb",
        "ΝΕΑ, νεα",
        "ΟΔΟΣ, οδος",
        "Война, война",
        "istanbul, İSTANBUL",
        "10, １０",
        "♥, ♥\ufe0f"
    })
    void looksAlike(String one, String other) {
        assertEquals(SearchKey.of(one), SearchKey.of(other));
    }

    @ParameterizedTest
    @CsvSource({"film, films", "a b, ab", "a.b, ab", "a-b, a_b", "москва, moscow", "1, 2", "影片, 影"})
    void looksDifferent(String one, String other) {
        assertNotEquals(SearchKey.of(one), SearchKey.of(other));
    }

    @Test
    void theKeyOfAKeyIsTheKey() {
        for (String text : new String[] {"Straße ΝΕΑ раураl", "İSTANBUL", "ﬃ ǅ ʼn", "  a  b ", "", "\u0345", "ⅷ Ω"}) {
            String key = SearchKey.of(text);
            assertEquals(key, SearchKey.of(key), text);
        }
    }
}
