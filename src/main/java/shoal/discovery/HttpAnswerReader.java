package shoal.discovery;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Reads one HTTP/1.0 or 1.1 response from a stream that anyone may be sending: the head is bounded, the body is counted
 * as it comes and again as it is decompressed, and a broken length or chunk is an error and not an allocation.
 */
final class HttpAnswerReader {
    private static final int MOST_HEAD = 32 << 10;
    private static final int MOST_CHUNK_LINE = 1 << 10;

    private final InputStream in;
    private final int mostBytes;
    private int headLeft = MOST_HEAD;

    /** A reader of a response whose body may have {@code mostBytes}. */
    HttpAnswerReader(InputStream in, int mostBytes) {
        this.in = in;
        this.mostBytes = mostBytes;
    }

    /** Reads the response to a request for {@code from}. */
    HttpAnswer read(URI from) throws IOException {
        int status;
        Map<String, String> headers;
        do {
            status = status(line());
            headers = headers();
        } while (status / 100 == 1);
        byte[] body = status == 204 || status == 304 ? new byte[0] : body(headers);
        if (says(headers, "content-encoding", "gzip") && body.length > 0) {
            try (var plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
                body = bounded(plain);
            }
        }
        return new HttpAnswer(status, headers, body, from);
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) throw new IOException("the answer is not HTTP");
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, String> headers() throws IOException {
        var headers = new HashMap<String, String>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) throw new IOException("a header of the answer is broken");
            headers.putIfAbsent(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static boolean says(Map<String, String> headers, String header, String word) {
        return headers.getOrDefault(header, "").toLowerCase(Locale.ROOT).endsWith(word);
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (says(headers, "transfer-encoding", "chunked")) return chunked();
        String length = headers.get("content-length");
        if (length == null) return bounded(in);
        if (!length.matches("[0-9]{1,18}")) throw new IOException("the length of the answer is no number");
        if (Long.parseLong(length) > mostBytes) throw tooLong();
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) throw new EOFException("the answer ends early");
        return body;
    }

    private byte[] chunked() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            String line = line(MOST_CHUNK_LINE);
            int end = line.indexOf(';') < 0 ? line.length() : line.indexOf(';');
            String digits = line.substring(0, end).strip();
            if (!digits.matches("[0-9a-fA-F]{1,8}")) throw new IOException("a chunk of the answer has no length");
            long size = Long.parseLong(digits, 16);
            if (size == 0) break;
            if (body.size() + size > mostBytes) throw tooLong();
            byte[] chunk = in.readNBytes((int) size);
            if (chunk.length < size || !line(2).isEmpty()) throw new EOFException("a chunk of the answer ends early");
            body.writeBytes(chunk);
        }
        headers(); // trailers, which nobody needs
        return body.toByteArray();
    }

    private byte[] bounded(InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(mostBytes + 1);
        if (bytes.length > mostBytes) throw tooLong();
        return bytes;
    }

    private IOException tooLong() {
        return new IOException("the answer is longer than " + mostBytes + " bytes");
    }

    /** A line of the head, whose bytes count against its limit. */
    private String line() throws IOException {
        String line = line(headLeft);
        headLeft -= line.length() + 2;
        return line;
    }

    private String line(int most) throws IOException {
        var line = new ByteArrayOutputStream(80);
        int c;
        while ((c = in.read()) != '\n') {
            if (c < 0) throw new EOFException("the answer ends early");
            if (line.size() >= most) throw new IOException("the head of the answer is too long");
            line.write(c);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
