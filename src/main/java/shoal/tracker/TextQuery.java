package shoal.tracker;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The query of a URL as text: UTF-8 behind its escapes, {@code +} for a space, every key once. Unchangeable. */
final class TextQuery {
    private static final int MOST_KEYS = 16;

    private final Map<String, String> values = new HashMap<>();

    /** Reads the query in {@code bytes} from {@code from} to its end. */
    TextQuery(byte[] bytes, int from) throws HttpFault {
        int start = from;
        while (start < bytes.length) {
            int end = find(bytes, '&', start, bytes.length);
            int equals = find(bytes, '=', start, end);
            if (end > start) {
                String key = text(bytes, start, equals);
                String value = text(bytes, Math.min(equals + 1, end), end);
                if (values.put(key, value) != null) throw new HttpFault(400, "a key of the query is there twice");
                if (values.size() > MOST_KEYS) throw new HttpFault(400, "the query has too many keys");
            }
            start = end + 1;
        }
    }

    private static int find(byte[] bytes, char c, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != c) at++;
        return at;
    }

    private static String text(byte[] bytes, int from, int to) throws HttpFault {
        var plain = ByteBuffer.allocate(to - from);
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '%') {
                int high = i + 2 < to ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < to ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) throw new HttpFault(400, "the query has a broken %-escape");
                plain.put((byte) (high << 4 | low));
                i += 2;
            } else {
                plain.put(b == '+' ? (byte) ' ' : b);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(plain.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new HttpFault(400, "the query is not UTF-8");
        }
    }

    /** The value of a key. */
    Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The value of a key as a number from {@code least} to {@code most}; {@code absent} when there is none. */
    int number(String key, int least, int most, int absent) throws HttpFault {
        String text = values.get(key);
        if (text == null) return absent;
        int value = 0;
        if (text.isEmpty() || text.length() > 9) throw outside(key, least, most);
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) throw outside(key, least, most);
            value = value * 10 + digit;
        }
        if (value < least || value > most) throw outside(key, least, most);
        return value;
    }

    private static HttpFault outside(String key, int least, int most) {
        return new HttpFault(400, key + " is not a number from " + least + " to " + most);
    }
}
