package shoal.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever claims to be a record is written as it was read or refused, and is genuine only if it was signed here. */
final class NameRecordFuzzTest {
    private static final List<NameRecord> SIGNED = List.of(
            NameRecordTest.RECORD,
            NameRecordTest.ALICE.sign(new CatalogueName("a"), Long.MAX_VALUE, NameRecordTest.SHARE));

    static Stream<byte[]> records() {
        NameRecord signed = NameRecordTest.RECORD;
        var forged = new NameRecord(signed.key(), signed.name(), signed.seq() + 1, signed.share(), signed.signature());
        return Stream.concat(SIGNED.stream(), Stream.of(forged)).map(NameRecord::encoded);
    }

    @MethodSource("records")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] bytes) {
        NameRecord record;
        try {
            record = NameRecord.read(bytes.clone());
        } catch (CatalogueFormatException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 200, e.getMessage());
            return;
        }
        assertTrue(bytes.length <= NameRecord.MOST_BYTES);
        assertArrayEquals(bytes, record.encoded());
        boolean isAlices = record.key().equals(NameRecordTest.ALICE.key());
        boolean isGenuine = record.isGenuine();
        if (isAlices) assertTrue(isGenuine == SIGNED.contains(record), record::toString);
    }
}
