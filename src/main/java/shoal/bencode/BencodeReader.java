package shoal.bencode;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads bencoding from bytes that anyone may have made: nothing is allocated for a length before it is known to be
 * there, and depth, number of values and input are bounded by {@link BencodeLimits}.
 */
public final class BencodeReader {
    private static final int MAX_LENGTH_DIGITS = 10;
    private static final BString[] NO_KEYS = {};
    private static final Bencoded[] NO_VALUES = {};

    private final byte[] in;
    private final int end;
    private final BencodeLimits limits;
    private final boolean canonical;
    private int at;
    private int tokens;

    // of the dictionaries that are not read to their ends: there may be many, and each has few
    private final List<BString> openKeys = new ArrayList<>();
    private final List<Bencoded> openValues = new ArrayList<>();

    private BencodeReader(byte[] in, int from, int end, BencodeLimits limits, boolean canonical) {
        this.in = in;
        this.at = from;
        this.end = end;
        this.limits = limits;
        this.canonical = canonical;
    }

    /**
     * A value and where it ended.
     *
     * @param value what was read
     * @param end offset of the first byte behind it
     */
    public record Read(Bencoded value, int end) {}

    /** Reads the one canonical value that all of {@code in} must be. The caller must not change {@code in} any more. */
    public static Bencoded read(byte[] in, BencodeLimits limits) throws BencodeException {
        var reader = new BencodeReader(in, 0, in.length, limits, true);
        Bencoded value = reader.all();
        if (reader.at != in.length) throw reader.fault((in.length - reader.at) + " bytes left over");
        return value;
    }

    /** Reads the dictionary that all of {@code in} must be, canonically. */
    public static BDict readDict(byte[] in, BencodeLimits limits) throws BencodeException {
        return dict(read(in, limits));
    }

    /**
     * Reads the dictionary at {@code from} as the reply of a program that may have sorted its keys wrongly and may have
     * appended something: keys in any order, the first of equal ones counts.
     */
    public static Read readDictLeniently(byte[] in, int from, int to, BencodeLimits limits) throws BencodeException {
        var reader = new BencodeReader(in, from, to, limits, false);
        BDict dict = dict(reader.all());
        return new Read(dict, reader.at);
    }

    private static BDict dict(Bencoded value) throws BencodeException {
        if (value instanceof BDict dict) return dict;
        throw new BencodeException("a dictionary is expected");
    }

    private Bencoded all() throws BencodeException {
        if (end - at > limits.bytes()) throw fault((end - at) + " bytes are more than the limit of " + limits.bytes());
        return value(0);
    }

    private Bencoded value(int depth) throws BencodeException {
        if (++tokens > limits.tokens()) throw fault("more than " + limits.tokens() + " values");
        byte first = peek();
        return switch (first) {
            case 'i' -> integer();
            case 'l' -> list(depth + 1);
            case 'd' -> dict(depth + 1);
            default -> {
                if (first < '0' || first > '9') throw fault("a value cannot start with byte " + (first & 0xff));
                yield string();
            }
        };
    }

    private BInt integer() throws BencodeException {
        at++;
        boolean negative = peek() == '-';
        if (negative) at++;
        int digits = at;
        long value = 0;
        byte c;
        while ((c = peek()) != 'e') {
            if (c < '0' || c > '9') throw fault("an integer has byte " + (c & 0xff));
            // counts downwards, because only the negative half holds the least long
            if (value < (Long.MIN_VALUE + (c - '0')) / 10) throw fault("an integer does not fit 64 bits");
            value = value * 10 - (c - '0');
            at++;
        }
        if (at == digits) throw fault("an integer has no digits");
        if (in[digits] == '0' && (at - digits > 1 || negative)) throw fault("an integer starts with 0");
        if (!negative && value == Long.MIN_VALUE) throw fault("an integer does not fit 64 bits");
        at++;
        return new BInt(negative ? value : -value);
    }

    private BString string() throws BencodeException {
        int digits = at;
        long length = 0;
        byte c;
        while ((c = peek()) != ':') {
            if (c < '0' || c > '9') throw fault("the length of a string has byte " + (c & 0xff));
            if (at - digits >= MAX_LENGTH_DIGITS) throw fault("the length of a string has too many digits");
            length = length * 10 + (c - '0');
            at++;
        }
        if (at == digits) throw fault("a string has no length");
        if (in[digits] == '0' && at - digits > 1) throw fault("the length of a string starts with 0");
        at++;
        if (length > end - at) throw fault("a string of " + length + " bytes goes beyond the end");
        int from = at;
        at += (int) length;
        return new BString(in, from, at);
    }

    private BList list(int depth) throws BencodeException {
        checkDepth(depth);
        at++;
        var values = new ArrayList<Bencoded>();
        while (peek() != 'e') values.add(value(depth));
        at++;
        return new BList(values);
    }

    private BDict dict(int depth) throws BencodeException {
        checkDepth(depth);
        int from = at++;
        int first = openKeys.size();
        boolean ascending = true;
        while (peek() != 'e') {
            byte digit = peek();
            if (digit < '0' || digit > '9') throw fault("a key is not a string");
            if (++tokens > limits.tokens()) throw fault("more than " + limits.tokens() + " values");
            BString key = string();
            if (openKeys.size() > first && openKeys.getLast().compareTo(key) >= 0) {
                if (canonical) throw fault("keys do not ascend: \"" + printable(key) + "\"");
                ascending = false;
            }
            openKeys.add(key);
            openValues.add(value(depth));
        }
        at++;
        int size = openKeys.size() - first;
        if (size == 0) return new BDict(NO_KEYS, NO_VALUES, in, from, at);
        var keys = new BString[size];
        var values = new Bencoded[size];
        for (int i = size - 1; i >= 0; i--) {
            keys[i] = openKeys.removeLast();
            values[i] = openValues.removeLast();
        }
        return ascending ? new BDict(keys, values, in, from, at) : sorted(keys, values, from);
    }

    private BDict sorted(BString[] keys, Bencoded[] values, int from) {
        var entries = new TreeMap<BString, Bencoded>();
        for (int i = 0; i < keys.length; i++) entries.putIfAbsent(keys[i], values[i]);
        return new BDict(
                entries.keySet().toArray(BString[]::new), entries.values().toArray(Bencoded[]::new), in, from, at);
    }

    private static String printable(BString key) {
        String text = key.text().replaceAll("\\p{Cntrl}", "?");
        return text.length() > 20 ? text.substring(0, 20) + "..." : text;
    }

    private void checkDepth(int depth) throws BencodeException {
        if (depth > limits.depth()) throw fault("nested deeper than " + limits.depth());
    }

    private byte peek() throws BencodeException {
        if (at >= end) throw fault("the end is missing");
        return in[at];
    }

    private BencodeException fault(String reason) {
        return new BencodeException(reason + " (at byte " + at + ")");
    }
}
