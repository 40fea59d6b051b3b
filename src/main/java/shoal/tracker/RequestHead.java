package shoal.tracker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The request line of an HTTP/1.0 or 1.1 request, and what matters here of its headers. Read strictly: what could be
 * read in two ways is refused, since a proxy in front might read it in the other. Unchangeable.
 */
final class RequestHead {
    /** Bytes of a head at most. */
    static final int MOST_BYTES = 8 << 10;

    private static final int MOST_HEADERS = 64;

    private final String method;
    private final byte[] target;
    private final int pathEnd;
    private boolean keepAlive;
    private boolean expectsContinue;
    private long contentLength = -1;
    private String contentType = "";

    private RequestHead(String method, byte[] target, boolean keepAlive) {
        this.method = method;
        this.target = target;
        this.keepAlive = keepAlive;
        int question = 0;
        while (question < target.length && target[question] != '?') question++;
        this.pathEnd = question;
    }

    /** Where the head that starts at {@code from} ends, behind its empty line; -1 if that has not come yet. */
    static int end(byte[] in, int from, int to) {
        for (int i = from + 3; i < to; i++) {
            if (in[i] == '\n' && in[i - 1] == '\r' && in[i - 2] == '\n' && in[i - 3] == '\r') return i + 1;
        }
        return -1;
    }

    /** Reads the head from {@code from} to {@code to}, which is where {@link #end} found its end. */
    static RequestHead read(byte[] in, int from, int to) throws HttpFault {
        int line = lineEnd(in, from, to);
        RequestHead head = requestLine(in, from, line);
        int at = line + 2;
        for (int count = 0; at < to - 2; count++) {
            if (count == MOST_HEADERS) throw new HttpFault(431, "more than " + MOST_HEADERS + " headers");
            int end = lineEnd(in, at, to);
            head.header(in, at, end);
            at = end + 2;
        }
        return head;
    }

    private static RequestHead requestLine(byte[] in, int from, int to) throws HttpFault {
        int space = find(in, ' ', from, to);
        int second = find(in, ' ', Math.min(space + 1, to), to);
        if (space == from || space - from > 16 || second <= space + 1 || second == to) {
            throw new HttpFault(400, "the request line is broken");
        }
        for (int i = from; i < space; i++) {
            if (in[i] < 'A' || in[i] > 'Z') throw new HttpFault(400, "the method is broken");
        }
        String version = text(in, second + 1, to);
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            boolean isOther = version.matches("HTTP/[0-9](\\.[0-9])?");
            throw new HttpFault(isOther ? 505 : 400, "only HTTP/1.0 and HTTP/1.1 are spoken");
        }
        int start = space + 1;
        if (in[start] != '/') start = pathOfAbsolute(in, start, second);
        for (int i = start; i < second; i++) {
            // bytes above 127 should have been escaped, but the hash in them is clear
            if (in[i] >= 0 && (in[i] <= ' ' || in[i] == 127)) throw new HttpFault(400, "the target is broken");
        }
        return new RequestHead(
                text(in, from, space), Arrays.copyOfRange(in, start, second), version.equals("HTTP/1.1"));
    }

    /** {@code http://host/path}, as it is sent to proxies, means {@code /path}. */
    private static int pathOfAbsolute(byte[] in, int from, int to) throws HttpFault {
        String target = text(in, from, to);
        int slash = target.regionMatches(true, 0, "http://", 0, 7) ? target.indexOf('/', 7) : -1;
        if (slash < 0) throw new HttpFault(400, "the target is not a path");
        return from + slash;
    }

    private void header(byte[] in, int from, int to) throws HttpFault {
        int colon = find(in, ':', from, to);
        if (colon == from || colon == to) throw new HttpFault(400, "a header is broken");
        for (int i = from; i < colon; i++) {
            if (in[i] <= ' ' || in[i] == 127) throw new HttpFault(400, "the name of a header is broken");
        }
        for (int i = colon + 1; i < to; i++) {
            if (in[i] >= 0 && in[i] < ' ' && in[i] != '\t') throw new HttpFault(400, "a header is broken");
        }
        if (is(in, from, colon, "connection")) connection(value(in, colon, to));
        else if (is(in, from, colon, "content-length")) contentLength(value(in, colon, to));
        else if (is(in, from, colon, "content-type")) contentType = value(in, colon, to).toLowerCase(Locale.ROOT);
        else if (is(in, from, colon, "transfer-encoding")) throw new HttpFault(411, "a body needs a Content-Length");
        else if (is(in, from, colon, "expect")) {
            expectsContinue = value(in, colon, to).equalsIgnoreCase("100-continue");
        }
    }

    private void connection(String value) {
        for (String option : value.toLowerCase(Locale.ROOT).split(",", -1)) {
            if (option.strip().equals("close")) keepAlive = false;
            if (option.strip().equals("keep-alive")) keepAlive = true;
        }
    }

    private void contentLength(String value) throws HttpFault {
        if (contentLength >= 0) throw new HttpFault(400, "two Content-Lengths");
        if (value.isEmpty() || value.length() > 18) throw new HttpFault(400, "the Content-Length is no number");
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) throw new HttpFault(400, "the Content-Length is no number");
            length = length * 10 + digit;
        }
        contentLength = length;
    }

    private static boolean is(byte[] in, int from, int to, String name) {
        if (to - from != name.length()) return false;
        for (int i = 0; i < name.length(); i++) {
            if ((in[from + i] | 0x20) != name.charAt(i) && in[from + i] != name.charAt(i)) return false;
        }
        return true;
    }

    private static int lineEnd(byte[] in, int from, int to) throws HttpFault {
        int end = find(in, '\r', from, to);
        if (end + 1 >= to || in[end + 1] != '\n') throw new HttpFault(400, "a line ends in CR and no LF");
        return end;
    }

    private static int find(byte[] in, char c, int from, int to) {
        int at = from;
        while (at < to && in[at] != c) at++;
        return at;
    }

    private static String value(byte[] in, int colon, int to) {
        return text(in, colon + 1, to).strip();
    }

    private static String text(byte[] in, int from, int to) {
        return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The method, in upper case. */
    String method() {
        return method;
    }

    /** Whether a body in the reply is of no use. */
    boolean isHead() {
        return method.equals("HEAD");
    }

    /** The path, escaped as it came, without the query. */
    String path() {
        return text(target, 0, pathEnd);
    }

    /** Whether the path is exactly {@code path}. */
    boolean hasPath(String path) {
        if (pathEnd != path.length()) return false;
        for (int i = 0; i < pathEnd; i++) {
            if ((target[i] & 0xff) != path.charAt(i)) return false;
        }
        return true;
    }

    /** The path, a question mark and the query; the receiver must not change it. */
    byte[] target() {
        return target;
    }

    /** Where the query begins in {@link #target}, which it reaches to the end of. */
    int queryStart() {
        return Math.min(pathEnd + 1, target.length);
    }

    /** Whether the connection stays open for another request. */
    boolean keepsAlive() {
        return keepAlive;
    }

    /** Whether the body waits for a word of ours. */
    boolean expectsContinue() {
        return expectsContinue;
    }

    /** Bytes of the body, if it has one. */
    Optional<Long> contentLength() {
        return contentLength < 0 ? Optional.empty() : Optional.of(contentLength);
    }

    /** The media type of the body, in lower case; empty when there is none. */
    String contentType() {
        return contentType;
    }
}
