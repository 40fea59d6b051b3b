package shoal.manifest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding (RFC 3986) of text in a magnet link. */
final class Percent {
    /** Unreserved, and what stands in a query without harm. No {@code +}, which many read as a blank. */
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:,";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Percent() {}

    static String encode(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (PLAIN.indexOf(c) >= 0) out.append(c);
            else out.append('%').append(HEX.toHexDigits(b));
        }
        return out.toString();
    }

    /** A {@code +} becomes a blank; a {@code %} that no two hexadecimal digits follow stays what it is. */
    static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return text;
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '+') out.write(' ');
            else if (in[i] == '%' && i + 2 < in.length && digit(in[i + 1]) >= 0 && digit(in[i + 2]) >= 0) {
                out.write(digit(in[i + 1]) << 4 | digit(in[i + 2]));
                i += 2;
            } else out.write(in[i]);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static int digit(byte c) {
        return c >= 0 ? Character.digit(c, 16) : -1;
    }
}
