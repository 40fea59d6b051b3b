package shoal.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1536, 1.5 KiB", "1048524, 1023.9 KiB", "1048575, 1.0 MiB",
        "1048576, 1.0 MiB", "100000000000, 93.1 GiB", "1099511627776, 1.0 TiB", "1125899906842623, 1.0 PiB",
        "9223372036854775807, 8.0 EiB",
    })
    void writesSizesForPeople(long bytes, String text) {
        assertEquals(text, Sizes.format(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "16384, 16384", "512K, 524288", "512 k, 524288", "1MiB, 1048576", "4 gib, 4294967296", "7B, 7",
        "1T, 1099511627776", "7E, 8070450532247928832", " 3 MB , 3145728",
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertEquals(bytes, Sizes.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "K", "-1", "1.5G", "8E", "5iB", "5Z", "5KK", "5K B iB", "99999999999999999999", "9223372036854775808",
        "0x10", "١K", "1e3"
    })
    void refusesAllElse(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> Sizes.parse(text));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.endsWith(": " + text), message);
    }
}
