package shoal.bencode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A bencoded integer of 64 bits with sign. */
public record BInt(long value) implements Bencoded {
    @Override
    public void write(ByteArrayOutputStream out) {
        out.writeBytes(("i" + value + "e").getBytes(StandardCharsets.US_ASCII));
    }
}
