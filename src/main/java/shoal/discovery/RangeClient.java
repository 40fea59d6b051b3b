package shoal.discovery;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;

/**
 * Gets ranges of files from web servers by HTTP/1.1, one after another on one connection as long as it is kept. What is
 * promised is checked before a byte is taken: exactly these bytes, of a file of exactly this length. One thread uses
 * it; {@link #close} is any thread's.
 */
public final class RangeClient implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 30_000;
    private static final Duration LOOKUP = Duration.ofSeconds(10);
    private static final int MOST_REDIRECTS = 5;
    private static final int BUFFER = 64 << 10;
    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    private final boolean mayBeLocal;
    private volatile @Nullable Socket socket;
    private volatile boolean closed;

    // the one thread's
    private @Nullable URI at;
    private InputStream in = InputStream.nullInputStream();
    private long left;
    private boolean isKept;

    /** A client that may talk to servers on this machine, this link and this site, or may not. */
    public RangeClient(boolean mayBeLocal) {
        this.mayBeLocal = mayBeLocal;
    }

    /** Where the server of {@code uri} is, without connecting to it. Throws as {@link #open}. */
    public Endpoint locate(URI uri) throws IOException {
        return new Endpoint(resolve(uri, mayBeLocal).getFirst(), port(uri));
    }

    /**
     * Asks for {@code length} bytes from {@code from} on of a file of {@code whole} bytes; {@link #read} takes them.
     *
     * @throws FileNotFoundException if that file is not there
     * @throws ProtocolException if this server is of no use, now and later
     * @throws IOException if it may be of use later
     */
    public void open(URI uri, long from, long length, long whole) throws IOException {
        URI target = uri;
        boolean local = mayBeLocal;
        for (int redirects = 0; ; redirects++) {
            RangeAnswer answer = ask(target, from, length, local);
            if (answer.status() / 100 == 3 && answer.header("location").isPresent()) {
                drop();
                if (redirects == MOST_REDIRECTS) throw new ProtocolException("it redirects without end");
                // only who was led to a near place by the user may be led on to another
                local = local && resolve(target, true).stream().anyMatch(PlainHttp::isLocal);
                target = PlainHttp.redirected(target, answer.header("location").get());
                continue;
            }
            try {
                check(answer, from, length, whole);
            } catch (IOException e) {
                drop();
                throw e;
            }
            left = length;
            isKept = answer.isKept();
            return;
        }
    }

    private RangeAnswer ask(URI uri, long from, long length, boolean local) throws IOException {
        boolean reused = left == 0 && isKept && socket != null && uri.resolve("/").equals(at);
        if (reused) {
            try {
                return exchange(uri, from, length);
            } catch (ProtocolException e) {
                throw e;
            } catch (IOException e) {
                // it was closed while it was idle
                drop();
            }
        }
        connect(uri, local);
        return exchange(uri, from, length);
    }

    private RangeAnswer exchange(URI uri, long from, long length) throws IOException {
        Socket open = socket;
        if (open == null) throw new IOException("it is closed");
        String more = "Range: bytes=" + from + "-" + (from + length - 1) + "\r\n";
        open.getOutputStream().write(PlainHttp.rangeHead(uri, more).getBytes(StandardCharsets.US_ASCII));
        return RangeAnswer.read(in);
    }

    private static void check(RangeAnswer answer, long from, long length, long whole) throws IOException {
        int status = answer.status();
        if (status == 404 || status == 410 || status == 403 || status == 416) {
            throw new FileNotFoundException("it answers " + status);
        }
        if (status == 408 || status == 429 || status / 100 == 5) throw new IOException("it answers " + status);
        boolean isAll = status == 200 && from == 0 && length == whole;
        if (status == 200 && !isAll) throw new ProtocolException("it serves no ranges of files, only whole ones");
        if (status != 206 && !isAll) throw new ProtocolException("it answers " + status);
        if (answer.length() != length) {
            throw new ProtocolException("it sends " + answer.length() + " bytes where " + length + " were asked for");
        }
        if (isAll) return;
        String said = answer.header("content-range").orElse("");
        Matcher range = RANGE.matcher(said);
        boolean right = range.matches() && Long.parseLong(range.group(1)) == from
                && Long.parseLong(range.group(2)) == from + length - 1;
        if (!right) throw new ProtocolException("it sends another range than was asked for");
        if (!range.group(3).equals("*") && Long.parseLong(range.group(3)) != whole) {
            throw new FileNotFoundException("its file has " + range.group(3) + " bytes and not " + whole);
        }
    }

    private static List<InetAddress> resolve(URI uri, boolean mayBeLocal) throws IOException {
        String host = uri.getHost();
        if (host == null) throw new ProtocolException("it has no host");
        List<InetAddress> addresses = Lookup.resolve(host, LOOKUP);
        if (!mayBeLocal && addresses.stream().anyMatch(PlainHttp::isLocal)) {
            throw new ProtocolException("nobody from outside may lead to " + host);
        }
        return addresses;
    }

    private static int port(URI uri) {
        return uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private void connect(URI uri, boolean local) throws IOException {
        drop();
        IOException last = new IOException("no address");
        // what was checked is what is connected to: the name is not looked up again
        for (InetAddress address : resolve(uri, local)) {
            var plain = new Socket();
            try {
                socket = plain;
                if (closed) throw new IOException("it is closed");
                plain.connect(new InetSocketAddress(address, port(uri)), CONNECT_MILLIS);
                plain.setTcpNoDelay(true);
                plain.setSoTimeout(READ_MILLIS);
                boolean secure = uri.getScheme().toLowerCase(Locale.ROOT).equals("https");
                Socket open = secure ? PlainHttp.secured(plain, uri.getHost(), port(uri)) : plain;
                socket = open;
                if (closed) throw new IOException("it is closed");
                in = new BufferedInputStream(open.getInputStream(), BUFFER);
                at = uri.resolve("/");
                return;
            } catch (IOException e) {
                plain.close();
                last = e;
            }
        }
        throw last;
    }

    /** Fills {@code into} with what was asked for. */
    public void read(ByteBuffer into) throws IOException {
        var some = new byte[Math.min(into.remaining(), BUFFER)];
        while (into.hasRemaining()) {
            int most = (int) Math.min(Math.min(some.length, into.remaining()), left);
            int count = left == 0 ? -1 : in.read(some, 0, most);
            if (count < 0) throw new EOFException("it ended within an answer");
            into.put(some, 0, count);
            left -= count;
        }
    }

    /** Whether {@link #read} of so many bytes would not have to wait. */
    public boolean hasReady(int bytes) throws IOException {
        return left >= bytes && in.available() >= bytes;
    }

    private void drop() {
        Socket open = socket;
        socket = null;
        left = 0;
        isKept = false;
        at = null;
        if (open != null) close(open);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // nobody can do anything about that
            return;
        }
    }

    /** Closes the connection. It is made again when something is asked for, unless this is {@link #close}d. */
    public void disconnect() {
        drop();
    }

    /** Ends it for good; whoever reads gets an IOException. */
    @Override
    public void close() {
        closed = true;
        Socket open = socket;
        if (open != null) close(open);
    }

    /**
     * The head of an answer.
     *
     * @param status the number of its first line
     * @param version its first line up to there
     * @param headers the other lines
     */
    record RangeAnswer(int status, String version, List<String> headers) {
        private static final int MOST_HEAD = 32 << 10;

        RangeAnswer {
            headers = List.copyOf(headers);
        }

        static RangeAnswer read(InputStream in) throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
                int c = in.read();
                if (c < 0) throw new EOFException("it ended before it answered");
                if (head.length() == MOST_HEAD) throw new ProtocolException("the head of its answer is too long");
                head.append((char) c);
            }
            List<String> lines = head.toString().lines().filter(line -> !line.isEmpty()).toList();
            String first = lines.isEmpty() ? "" : lines.getFirst();
            if (!first.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) throw new ProtocolException("it is not HTTP");
            return new RangeAnswer(
                    Integer.parseInt(first.substring(9, 12)), first.substring(0, 8), lines.subList(1, lines.size()));
        }

        Optional<String> header(String name) {
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }

        long length() throws IOException {
            String text = header("content-length").orElse("");
            if (!text.matches("[0-9]{1,18}")) throw new ProtocolException("it does not say how much it sends");
            return Long.parseLong(text);
        }

        boolean isKept() {
            boolean says = header("connection").map(value -> value.equalsIgnoreCase("close")).orElse(false);
            return version.equals("HTTP/1.1") && !says;
        }
    }
}
