package shoal.bencode;

import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.List;

/** A bencoded list. */
public record BList(List<Bencoded> values) implements Bencoded, Iterable<Bencoded> {
    /** Copies the list. */
    public BList {
        values = List.copyOf(values);
    }

    /** The number of values. */
    public int size() {
        return values.size();
    }

    @Override
    public Iterator<Bencoded> iterator() {
        return values.iterator();
    }

    @Override
    public void write(ByteArrayOutputStream out) {
        out.write('l');
        for (Bencoded value : values) value.write(out);
        out.write('e');
    }
}
