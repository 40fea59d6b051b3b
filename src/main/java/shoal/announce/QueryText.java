package shoal.announce;

import java.util.ArrayList;
import java.util.List;

/**
 * The raw bytes of a URL's query, cut at {@code &} and {@code =}. Values stay escaped until asked for: a hash is 20
 * bytes and no text, and {@code +} stands for itself in it.
 */
final class QueryText {
    private final byte[] bytes;
    private final List<Field> fields = new ArrayList<>();

    /** Where a key and its value stand. */
    private record Field(int key, int keyEnd, int value, int valueEnd) {}

    /** Cuts the query in {@code bytes} from {@code from} to {@code to}. */
    QueryText(byte[] bytes, int from, int to) throws AnnounceException {
        if (to - from > AnnounceLimits.QUERY_BYTES) throw new AnnounceException("the query is too long");
        this.bytes = bytes;
        int start = from;
        while (start < to) {
            int end = find('&', start, to);
            int equals = find('=', start, end);
            if (end > start) fields.add(new Field(start, equals, Math.min(equals + 1, end), end));
            if (fields.size() > AnnounceLimits.QUERY_KEYS) throw new AnnounceException("the query has too many keys");
            start = end + 1;
        }
    }

    private int find(char c, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != c) at++;
        return at;
    }

    /** The index of the one field {@code key}, or -1 when it is missing. */
    int index(String key) throws AnnounceException {
        int found = -1;
        for (int i = 0; i < fields.size(); i++) {
            if (!isKey(i, key)) continue;
            if (found >= 0) throw new AnnounceException(key + " is there twice");
            found = i;
        }
        return found;
    }

    /** The number of fields. */
    int size() {
        return fields.size();
    }

    /** Whether field {@code i} has this key. */
    boolean isKey(int i, String key) {
        Field field = fields.get(i);
        if (field.keyEnd - field.key != key.length()) return false;
        for (int j = 0; j < key.length(); j++) {
            if (bytes[field.key + j] != key.charAt(j)) return false;
        }
        return true;
    }

    /** The value of field {@code i}, which must be {@code length} bytes behind its escapes. */
    byte[] binary(int i, String key, int length) throws AnnounceException {
        Field field = fields.get(i);
        var value = new byte[length];
        int n = 0;
        for (int at = field.value; at < field.valueEnd; at++) {
            int b = bytes[at];
            if (b == '%') {
                int high = at + 2 < field.valueEnd ? Character.digit(bytes[at + 1], 16) : -1;
                int low = at + 2 < field.valueEnd ? Character.digit(bytes[at + 2], 16) : -1;
                if (high < 0 || low < 0) throw new AnnounceException(key + " has a broken %-escape");
                b = high << 4 | low;
                at += 2;
            }
            if (n == length) throw new AnnounceException(key + " has more than " + length + " bytes");
            value[n++] = (byte) b;
        }
        if (n < length) throw new AnnounceException(key + " has " + n + " bytes and not " + length);
        return value;
    }

    /** The value of {@code key} as a whole number of at most {@code most}; {@code absent} when there is none. */
    long number(String key, long least, long most, long absent) throws AnnounceException {
        int i = index(key);
        if (i < 0) return absent;
        Field field = fields.get(i);
        int at = field.value;
        boolean negative = at < field.valueEnd && bytes[at] == '-';
        if (negative) at++;
        if (at == field.valueEnd || field.valueEnd - at > 19) throw new AnnounceException(key + " is not a number");
        long value = 0;
        for (; at < field.valueEnd; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) throw new AnnounceException(key + " is not a number");
            if (value > (Long.MAX_VALUE - digit) / 10) throw new AnnounceException(key + " is out of range");
            value = value * 10 + digit;
        }
        if (negative) value = -value;
        if (value < least || value > most) throw new AnnounceException(key + " is out of range");
        return value;
    }

    /** The value of {@code key} as ASCII of at most {@code most} characters; empty when there is none. */
    String word(String key, int most) throws AnnounceException {
        int i = index(key);
        if (i < 0) return "";
        Field field = fields.get(i);
        if (field.valueEnd - field.value > most) throw new AnnounceException(key + " is too long");
        var word = new StringBuilder();
        for (int at = field.value; at < field.valueEnd; at++) {
            if (bytes[at] <= ' ' || bytes[at] == 127) throw new AnnounceException(key + " is not a word");
            word.append((char) bytes[at]);
        }
        return word.toString();
    }
}
