package shoal.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a catalogue answers, it is read as the same thing twice or refused. */
final class CatalogueJsonFuzzTest {
    static Stream<byte[]> answers() {
        var entry = CatalogueJsonTest.ENTRY;
        var holders = List.of(CatalogueJsonTest.HOLDER);
        return Stream.of(
                CatalogueJson.entry(entry),
                CatalogueJson.entry(entry.withRecords(
                        List.of(NameRecordTest.ALICE.sign(entry.name(), 7, entry.infoHash())))),
                CatalogueJson.records(List.of(NameRecordTest.RECORD)),
                CatalogueJson.page(new SearchPage(List.of(entry), 7)),
                CatalogueJson.names(new NameMatches(List.of(entry), List.of(entry))),
                CatalogueJson.holders(holders),
                CatalogueJson.roots(List.of(new RootMatch(entry, "a/b", 1, 2, holders))),
                CatalogueJson.error("no"));
    }

    @MethodSource("answers")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] json) {
        CatalogueJsonReader.error(json);
        try {
            var entry = CatalogueJsonReader.entry(json);
            assertEquals(entry, CatalogueJsonReader.entry(CatalogueJson.entry(entry)));
        } catch (CatalogueFormatException e) {
            refused(json);
        }
    }

    private static void refused(byte[] json) {
        try {
            var page = CatalogueJsonReader.page(json);
            assertEquals(page, CatalogueJsonReader.page(CatalogueJson.page(page)));
        } catch (CatalogueFormatException e) {
            // neither
        }
        try {
            var roots = CatalogueJsonReader.roots(json);
            assertEquals(roots, CatalogueJsonReader.roots(CatalogueJson.roots(roots)));
        } catch (CatalogueFormatException e) {
            // nor that
        }
        try {
            var records = CatalogueJsonReader.records(json);
            assertEquals(records, CatalogueJsonReader.records(CatalogueJson.records(records)));
        } catch (CatalogueFormatException e) {
            // nor that
        }
        try {
            CatalogueJsonReader.names(json);
        } catch (CatalogueFormatException e) {
            // nor that
        }
        try {
            var holders = CatalogueJsonReader.holders(json);
            assertEquals(holders, CatalogueJsonReader.holders(CatalogueJson.holders(holders)));
        } catch (CatalogueFormatException e) {
            // nor that
        }
    }
}
