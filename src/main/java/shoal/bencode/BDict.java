package shoal.bencode;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A bencoded dictionary; its keys ascend. One that was read keeps the bytes it was read from, which are what an info
 * hash is taken over, and writes those.
 */
public final class BDict implements Bencoded {
    private static final byte[] NO_SOURCE = {};

    private final BString[] keys;
    private final Bencoded[] values;
    private final byte[] source;
    private final int from;
    private final int to;

    BDict(BString[] keys, Bencoded[] values, byte[] source, int from, int to) {
        this.keys = keys;
        this.values = values;
        this.source = source;
        this.from = from;
        this.to = to;
    }

    /** A dictionary to be filled. */
    public static Builder builder() {
        return new Builder();
    }

    /** The number of keys. */
    public int size() {
        return keys.length;
    }

    /** The keys, in ascending order of their bytes. */
    public List<BString> keys() {
        return List.of(keys);
    }

    /** The key at {@code index} in ascending order, counted from 0. */
    public BString keyAt(int index) {
        return keys[index];
    }

    /** The value of the key at {@code index}. */
    public Bencoded valueAt(int index) {
        return values[index];
    }

    /** Calls {@code action} for each key and value, in ascending order of the keys. */
    public void forEach(BiConsumer<BString, Bencoded> action) {
        for (int i = 0; i < keys.length; i++) action.accept(keys[i], values[i]);
    }

    /** Whether there is such a key. */
    public boolean has(String key) {
        return index(key) >= 0;
    }

    /** The value of {@code key}, of any type. */
    public Optional<Bencoded> value(String key) {
        int i = index(key);
        return i < 0 ? Optional.empty() : Optional.of(values[i]);
    }

    /** The integer of {@code key}; nothing if it is missing or of another type. */
    public Optional<Long> integer(String key) {
        return value(key).map(v -> v instanceof BInt integer ? integer.value() : null);
    }

    /** The string of {@code key}; nothing if it is missing or of another type. */
    public Optional<BString> string(String key) {
        return value(key).map(v -> v instanceof BString string ? string : null);
    }

    /** The list of {@code key}; nothing if it is missing or of another type. */
    public Optional<BList> list(String key) {
        return value(key).map(v -> v instanceof BList list ? list : null);
    }

    /** The dictionary of {@code key}; nothing if it is missing or of another type. */
    public Optional<BDict> dict(String key) {
        return value(key).map(v -> v instanceof BDict dict ? dict : null);
    }

    /** Keys are looked up a few times in a dictionary of any size, so this may look at all of them. */
    private int index(String key) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i].is(key)) return i;
        }
        return -1;
    }

    @Override
    public void write(ByteArrayOutputStream out) {
        if (to > from) {
            out.write(source, from, to - from);
            return;
        }
        out.write('d');
        for (int i = 0; i < keys.length; i++) {
            keys[i].write(out);
            values[i].write(out);
        }
        out.write('e');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BDict dict && Arrays.equals(keys, dict.keys) && Arrays.equals(values, dict.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keys) * 31 + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{");
        forEach((key, value) -> text.append(text.length() > 1 ? ", " : "").append(key).append(": ").append(value));
        return text.append('}').toString();
    }

    /** Collects keys and values in any order. A key that is put twice keeps its last value. */
    public static final class Builder {
        private final TreeMap<BString, Bencoded> entries = new TreeMap<>();

        private Builder() {}

        /** Puts a value. */
        public Builder put(BString key, Bencoded value) {
            entries.put(key, value);
            return this;
        }

        /** Puts a value. */
        public Builder put(String key, Bencoded value) {
            return put(BString.of(key), value);
        }

        /** Puts an integer. */
        public Builder put(String key, long value) {
            return put(key, new BInt(value));
        }

        /** Puts text as UTF-8. */
        public Builder put(String key, String text) {
            return put(key, BString.of(text));
        }

        /** Puts a string of these bytes, which the caller must not change any more. */
        public Builder put(String key, byte[] bytes) {
            return put(key, BString.wrap(bytes));
        }

        /** Takes a value out, if there is one. */
        public Builder remove(String key) {
            entries.remove(BString.of(key));
            return this;
        }

        /** The dictionary. */
        public BDict build() {
            return new BDict(
                    entries.keySet().toArray(BString[]::new),
                    entries.values().toArray(Bencoded[]::new),
                    NO_SOURCE,
                    0,
                    0);
        }
    }
}
