package shoal.tracker;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A response: status, headers and a body that is in memory whole. Unchangeable. */
final class HttpReply {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";

    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(400, "Bad Request"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(411, "Length Required"),
            Map.entry(413, "Content Too Large"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(422, "Unprocessable Content"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(505, "HTTP Version Not Supported"));

    private final int status;
    private final String headers;
    private final byte[] body;

    /** @param headers further header lines, each ended by CR LF; nothing in them comes from outside */
    HttpReply(int status, String type, String headers, byte[] body) {
        this.status = status;
        this.headers = "Content-Type: " + type + "\r\n" + headers;
        this.body = body;
    }

    static HttpReply of(int status, String type, byte[] body) {
        return new HttpReply(status, type, "", body);
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body;
    }

    /** All bytes to send; without the body when only the head was asked for. */
    byte[] bytes(boolean headOnly, boolean close) {
        String head = "HTTP/1.1 " + status + " " + PHRASES.getOrDefault(status, "Status") + "\r\n" + headers
                + "Content-Length: " + body.length + "\r\n" + (close ? "Connection: close\r\n\r\n" : "\r\n");
        var bytes = new byte[head.length() + (headOnly ? 0 : body.length)];
        byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(start, 0, bytes, 0, start.length);
        if (!headOnly) System.arraycopy(body, 0, bytes, start.length, body.length);
        return bytes;
    }
}
