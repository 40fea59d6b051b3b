package shoal.discovery;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import shoal.bytes.Nearness;

/**
 * A small HTTP/1.1 client: one request on one connection. The deadline is one for all of it, from looking up the host
 * to the last byte, so that neither a dead nor a dripping server holds anyone longer. Chosen over the JDK's clients
 * because neither has such a deadline, and because loading them takes longer than fetching a small file.
 *
 * <p>Unchangeable; any thread.
 */
public final class PlainHttp {
    private static final int MOST_REDIRECTS = 5;

    private static final Duration ONE_CONNECT = Duration.ofSeconds(4);
    private static final String AGENT = "Shoal/0.1";
    private static final byte[] NO_BODY = {};

    private final Duration deadline;
    private final int mostBytes;
    private final boolean mayBeLocal;
    private final Optional<InetAddress> from;

    private PlainHttp(Duration deadline, int mostBytes, boolean mayBeLocal, Optional<InetAddress> from) {
        this.deadline = deadline;
        this.mostBytes = mostBytes;
        this.mayBeLocal = mayBeLocal;
        this.from = from;
    }

    /** A client that gives up after {@code deadline} and refuses bodies of more than {@code mostBytes}. */
    public PlainHttp(Duration deadline, int mostBytes) {
        this(deadline, mostBytes, true, Optional.empty());
    }

    /** A client that connects from {@code address}, gives up after {@code deadline} and so on. */
    public static PlainHttp from(InetAddress address, Duration deadline, int mostBytes) {
        return new PlainHttp(deadline, mostBytes, true, Optional.of(address));
    }

    /** The same client, but refusing servers on this machine, this link and this site. */
    PlainHttp outsideOnly() {
        return new PlainHttp(deadline, mostBytes, false, from);
    }

    /** Gets {@code uri}, following redirects. */
    public HttpAnswer get(URI uri) throws IOException {
        URI at = uri;
        boolean local = mayBeLocal;
        var clock = new Deadline(deadline);
        try (clock) {
            for (int redirects = 0; ; redirects++) {
                // looked up once: a name server that changes its mind must not lead past the check
                List<InetAddress> addresses = resolve(at, clock);
                boolean nowLocal = addresses.stream().anyMatch(PlainHttp::isLocal);
                if (nowLocal && !local) throw new IOException("nobody from outside may lead to " + at.getHost());
                local = nowLocal;
                HttpAnswer answer = exchange(at, addresses, head("GET", at, ""), NO_BODY, clock);
                Optional<String> target = answer.header("location");
                if (answer.status() / 100 != 3 || target.isEmpty()) return answer;
                if (redirects == MOST_REDIRECTS) throw new IOException("more than " + MOST_REDIRECTS + " redirects");
                at = redirected(at, target.get());
            }
        } catch (IOException e) {
            throw clock.explained(e);
        }
    }

    /** Gets {@code uri}; a redirect is returned and not followed. */
    public HttpAnswer once(URI uri) throws IOException {
        return once(uri, head("GET", uri, ""), NO_BODY);
    }

    /** Posts {@code body}, which is of media type {@code type}; a redirect is returned and not followed. */
    public HttpAnswer post(URI uri, String type, byte[] body) throws IOException {
        return post(uri, type, body, Map.of());
    }

    /** The same with more headers, whose names and values are ours. */
    public HttpAnswer post(URI uri, String type, byte[] body, Map<String, String> headers) throws IOException {
        var more = new StringBuilder();
        headers.forEach((name, value) -> more.append(name).append(": ").append(value).append("\r\n"));
        more.append("Content-Type: ").append(type).append("\r\nContent-Length: ").append(body.length).append("\r\n");
        return once(uri, head("POST", uri, more.toString()), body);
    }

    private HttpAnswer once(URI uri, String head, byte[] body) throws IOException {
        var clock = new Deadline(deadline);
        try (clock) {
            return exchange(uri, resolve(uri, clock), head, body, clock);
        } catch (IOException e) {
            throw clock.explained(e);
        }
    }

    private HttpAnswer exchange(
            URI uri, List<InetAddress> addresses, String head, byte[] body, Deadline clock) throws IOException {
        try (Socket socket = connect(uri, addresses, clock)) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            var in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
            return new HttpAnswerReader(in, mostBytes).read(uri);
        }
    }

    private static String head(String method, URI uri, String more) {
        return start(method, uri) + "\r\nAccept-Encoding: gzip\r\nConnection: close\r\n" + more + "\r\n";
    }

    /** The head of a request on a connection that is kept. */
    static String rangeHead(URI uri, String more) {
        return start("GET", uri) + "\r\n" + more + "\r\n";
    }

    private static String start(String method, URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + AGENT;
    }

    private static List<InetAddress> resolve(URI uri, Deadline clock) throws IOException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) throw new IOException("not an http URL: " + uri);
        if (uri.getHost() == null) throw new IOException("a URL without a host: " + uri);
        return Lookup.resolve(uri.getHost(), clock.left());
    }

    private Socket connect(URI uri, List<InetAddress> addresses, Deadline clock) throws IOException {
        boolean secure = uri.getScheme().equalsIgnoreCase("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        IOException last = new IOException("no address");
        for (InetAddress address : addresses) {
            var socket = new Socket();
            clock.guard(socket);
            try {
                if (from.isPresent()) socket.bind(new InetSocketAddress(from.get(), 0));
                Duration patience = addresses.size() == 1 || clock.left().compareTo(ONE_CONNECT) < 0
                        ? clock.left()
                        : ONE_CONNECT;
                socket.connect(new InetSocketAddress(address, port), Math.max(1, (int) patience.toMillis()));
                socket.setTcpNoDelay(true);
                return secure ? secured(socket, uri.getHost(), port) : socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    static Socket secured(Socket plain, String host, int port) throws IOException {
        var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        var socket = (SSLSocket) factory.createSocket(plain, host, port, true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Where {@code location} leads from {@code from}; http or https, and from https to https only. */
    static URI redirected(URI from, String location) throws IOException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("a redirect leads to no URL", e);
        }
        boolean isSecure = "https".equalsIgnoreCase(to.getScheme());
        if (!isSecure && (!"http".equalsIgnoreCase(to.getScheme()) || from.getScheme().equalsIgnoreCase("https"))) {
            throw new IOException("a redirect leads from " + from.getScheme() + " to " + to.getScheme());
        }
        return to;
    }

    /** Whether an address means this machine, this link or this site: not to be reached by somebody else's redirect. */
    static boolean isLocal(InetAddress address) {
        return Nearness.of(address) != Nearness.WORLD;
    }
}
