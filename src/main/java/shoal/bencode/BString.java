package shoal.bencode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A bencoded string: bytes, which may or may not be text. Unchangeable, and ordered as BEP 3 orders keys. */
public final class BString implements Bencoded, Comparable<BString> {
    private final byte[] source;
    private final int from;
    private final int to;

    BString(byte[] source, int from, int to) {
        this.source = source;
        this.from = from;
        this.to = to;
    }

    /** The UTF-8 bytes of {@code text}. */
    public static BString of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** These bytes, which the caller must not change any more. */
    public static BString wrap(byte[] bytes) {
        return new BString(bytes, 0, bytes.length);
    }

    /** The number of bytes. */
    public int length() {
        return to - from;
    }

    /** The bytes, in a new array. */
    public byte[] bytes() {
        return Arrays.copyOfRange(source, from, to);
    }

    /** Copies the bytes to {@code target} behind {@code offset}. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(source, from, target, offset, to - from);
    }

    /** The bytes, to read from; nothing is copied. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(source, from, to - from).slice().asReadOnlyBuffer();
    }

    /** The text, where bytes that are not UTF-8 show as U+FFFD. For people to read. */
    public String text() {
        return new String(source, from, to - from, StandardCharsets.UTF_8);
    }

    /** The text, or nothing if the bytes are not UTF-8. */
    public Optional<String> utf8() {
        String text = text();
        // as good as always there is no such character, and then nothing was replaced by it
        if (text.indexOf('\ufffd') < 0) return Optional.of(text);
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(buffer()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Whether these are the UTF-8 bytes of {@code text}. */
    boolean is(String text) {
        if (length() < text.length()) return false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) return equals(of(text));
            if (source[from + i] != c) return false;
        }
        return length() == text.length();
    }

    @Override
    public void write(ByteArrayOutputStream out) {
        out.writeBytes((length() + ":").getBytes(StandardCharsets.US_ASCII));
        out.write(source, from, length());
    }

    /** Order of unsigned bytes. */
    @Override
    public int compareTo(BString other) {
        return Arrays.compareUnsigned(source, from, to, other.source, other.from, other.to);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BString string && compareTo(string) == 0;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = from; i < to; i++) hash = 31 * hash + source[i];
        return hash;
    }

    @Override
    public String toString() {
        return text();
    }
}
