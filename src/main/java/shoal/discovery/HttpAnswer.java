package shoal.discovery;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** An HTTP response that has come whole. Unchangeable but for its body's array, which belongs to the receiver. */
public final class HttpAnswer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final URI from;

    HttpAnswer(int status, Map<String, String> headers, byte[] body, URI from) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
        this.from = from;
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The first header of this name, which must be in lower case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The body, decompressed. */
    public byte[] body() {
        return body;
    }

    /** Where it came from in the end. */
    public URI from() {
        return from;
    }
}
