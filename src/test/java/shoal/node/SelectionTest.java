package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import shoal.bytes.Hash;
import shoal.manifest.Magnet;
import shoal.manifest.ManifestFile;

final class SelectionTest {
    private static ManifestFile file(int index, String... path) {
        return new ManifestFile(index, List.of(path), 1, Hash.ofHex("0" + index + "ab".repeat(31)), index, 1, false);
    }

    private final List<ManifestFile> files = List.of(
            file(0, "a.txt"), file(1, "b.JPG"), file(2, "deep", "er", "c.jpg"), file(3, "deep", "d.jpg"),
            file(4, "[x].jpg"));

    private List<Integer> chosen(Selection selection) {
        return files.stream().filter(selection::takes).map(ManifestFile::index).toList();
    }

    @Test
    void withoutPatternsAllAreMeant() throws Exception {
        assertEquals(List.of(0, 1, 2, 3, 4), chosen(Selection.ofGlobs(List.of()).and(Selection.ALL)));
    }

    @Test
    void aPatternWithoutASlashIsForTheName() throws Exception {
        assertEquals(List.of(2, 3, 4), chosen(Selection.ofGlobs(List.of("*.jpg"))));
        assertEquals(List.of(4), chosen(Selection.ofGlobs(List.of("\\[x\\].jpg"))));
    }

    @Test
    void aPatternWithASlashIsForTheWholePath() throws Exception {
        assertEquals(List.of(3), chosen(Selection.ofGlobs(List.of("deep/*.jpg"))));
        assertEquals(List.of(2, 3), chosen(Selection.ofGlobs(List.of("deep/**.jpg"))));
        assertEquals(List.of(0, 2), chosen(Selection.ofGlobs(List.of("a.*", "deep/*/*"))));
    }

    @Test
    void twoSelectionsLeaveWhatBothTake() throws Exception {
        Selection numbers = Selection.of(List.of(new Magnet.Span(0, 0), new Magnet.Span(2, 3)));
        assertEquals(List.of(0, 2, 3), chosen(numbers));
        assertEquals(List.of(2, 3), chosen(numbers.and(Selection.ofGlobs(List.of("*.jpg")))));
        assertEquals(List.of(1), chosen(Selection.of(files.get(1).root())));
    }

    @Test
    void aPatternThatIsNoneIsUsage() {
        Refusal refusal = assertThrows(Refusal.class, () -> Selection.ofGlobs(List.of("[")));
        assertEquals(Refusal.Kind.USAGE, refusal.kind());
    }
}
