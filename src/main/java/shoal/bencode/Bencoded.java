package shoal.bencode;

import java.io.ByteArrayOutputStream;

/** A bencoded value. What was read keeps its bytes and is written as them; it is never encoded a second time. */
public sealed interface Bencoded permits BInt, BString, BList, BDict {
    /** Appends the bencoded form to {@code out}. */
    void write(ByteArrayOutputStream out);

    /** The bencoded form, in a new array. */
    default byte[] encoded() {
        var out = new ByteArrayOutputStream();
        write(out);
        return out.toByteArray();
    }
}
