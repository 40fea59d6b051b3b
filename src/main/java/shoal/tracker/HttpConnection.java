package shoal.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection: a request is read, answered and only then the next one looked at. Each phase has a deadline that
 * no drip of bytes moves. Everything runs on the loop's thread.
 */
final class HttpConnection {
    /** How long a head may take once its first byte has come, and the first byte of the first one. */
    static final Duration HEAD_TIME = Duration.ofSeconds(8);

    /** How long a connection stays open between two requests. */
    static final Duration IDLE_TIME = Duration.ofSeconds(60);

    /** How long a body may take, beside a second for each {@link #LEAST_RATE} bytes. */
    static final Duration BODY_TIME = Duration.ofSeconds(10);

    private static final int LEAST_RATE = 64 << 10;
    private static final Duration LINGER_TIME = Duration.ofSeconds(2);
    private static final Duration WORK_TIME = Duration.ofMinutes(10);
    private static final int ONE_SEGMENT = 1_400;
    private static final byte[] NOTHING = {};
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private enum Phase { HEAD, BODY, WORKING, WRITING, LINGERING, CLOSED }

    private final HttpLoop loop;
    private final SocketChannel channel;
    private @Nullable SelectionKey key;
    private Phase phase = Phase.HEAD;
    private long deadline = System.nanoTime() + HEAD_TIME.toNanos();

    /** Bytes that have come and are not used yet. */
    private byte[] left = NOTHING;

    private @Nullable RequestHead head;
    private byte[] body = NOTHING;
    private int bodyFilled;
    private int bodyLength;
    private long reserved;
    private @Nullable ByteBuffer out;
    private boolean closesAfter;
    private boolean lingersAfter;

    HttpConnection(HttpLoop loop, SocketChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    /** Reads what has come already; many requests are answered before anything needs to be waited for. */
    void open() throws IOException {
        readHeads();
        if (phase != Phase.CLOSED && key == null) register();
    }

    private SelectionKey register() throws IOException {
        SelectionKey registered = loop.register(channel, this);
        key = registered;
        interest();
        return registered;
    }

    private void interest() {
        if (key == null || !key.isValid()) return;
        int ops = switch (phase) {
            case HEAD, BODY, LINGERING -> SelectionKey.OP_READ;
            case WRITING -> SelectionKey.OP_WRITE;
            case WORKING, CLOSED -> 0;
        };
        if (key.interestOps() != ops) key.interestOps(ops);
    }

    /** When the connection is closed if nothing happens before, by {@code System.nanoTime}. */
    long deadline() {
        return deadline;
    }

    /** Whether it waits for the other side. */
    boolean isWaiting() {
        return phase != Phase.WORKING && phase != Phase.CLOSED;
    }

    /** Goes on: the selector says that bytes have come or can go. */
    void ready() throws IOException {
        switch (phase) {
            case HEAD -> readHeads();
            case BODY -> readBody();
            case WRITING -> write();
            case LINGERING -> linger();
            case WORKING, CLOSED -> {}
        }
    }

    private void enter(Phase next, Duration time) {
        phase = next;
        deadline = System.nanoTime() + time.toNanos();
        interest();
    }

    private static Duration timeFor(long bytes) {
        return BODY_TIME.plusSeconds(bytes / LEAST_RATE);
    }

    private void readHeads() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(loop.shared());
        boolean fresh = left.length == 0;
        in.put(left);
        int read = channel.read(in);
        if (read < 0) {
            close();
            return;
        }
        if (read == 0) return;
        if (fresh) deadline = System.nanoTime() + HEAD_TIME.toNanos();
        left = NOTHING;
        answer(loop.shared(), in.position());
    }

    /** Answers the requests that are whole in {@code in}; keeps the rest for later. */
    private void answer(byte[] in, int to) throws IOException {
        int at = 0;
        while (phase == Phase.HEAD && at < to) {
            // an empty line before a request is let pass (RFC 9112, 2.2)
            if (in[at] == '\r' && at + 1 < to && in[at + 1] == '\n') at += 2;
            int end = RequestHead.end(in, at, to);
            if (end < 0 && to - at <= RequestHead.MOST_BYTES) break;
            try {
                if (end < 0 || end - at > RequestHead.MOST_BYTES) throw new HttpFault(431, "the head is too long");
                head = RequestHead.read(in, at, end);
            } catch (HttpFault fault) {
                refuse(fault);
                return;
            }
            at = end;
            answer(head);
        }
        // a body's first bytes came with its head
        if (phase == Phase.BODY) at += fillBody(in, at, to);
        if (phase == Phase.CLOSED || at == to) return;
        left = Arrays.copyOfRange(in, at, to);
        // the next head has begun: from now on it has the time of a head, and no more
        if (phase == Phase.HEAD && at > 0) deadline = System.nanoTime() + HEAD_TIME.toNanos();
    }

    private void answer(RequestHead head) throws IOException {
        long length = head.contentLength().orElse(0L);
        try {
            if (length > 0) {
                expectBody(head, length);
                return;
            }
            Optional<HttpReply> reply = loop.routes().atOnce(head, remote());
            if (reply.isPresent()) send(reply.get());
            else work(head, NOTHING);
        } catch (HttpFault fault) {
            if (length > 0) refuse(fault);
            else send(loop.routes().refusal(head, fault));
        }
    }

    private InetAddress remote() throws IOException {
        return ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
    }

    private void expectBody(RequestHead head, long length) throws HttpFault, IOException {
        int most = loop.routes().mostBody(head);
        if (most == 0) throw new HttpFault(400, "such a request has no body");
        if (length > most) throw new HttpFault(413, "the body has more than " + most + " bytes");
        if (!loop.budget().take(length)) throw new HttpFault(503, "too much is being sent, try again later");
        reserved = length;
        bodyLength = (int) length;
        bodyFilled = 0;
        // grows with what really comes: a length alone takes no memory
        body = new byte[Math.min(bodyLength, 64 << 10)];
        enter(Phase.BODY, timeFor(length));
        if (head.expectsContinue()) channel.write(ByteBuffer.wrap(CONTINUE));
    }

    private int fillBody(byte[] in, int from, int to) throws IOException {
        int count = Math.min(to - from, bodyLength - bodyFilled);
        growBody(count);
        System.arraycopy(in, from, body, bodyFilled, count);
        bodyFilled += count;
        if (bodyFilled == bodyLength) bodyComplete();
        return count;
    }

    private void growBody(int more) {
        if (bodyFilled + more > body.length) {
            body = Arrays.copyOf(body, (int) Math.min(bodyLength, Math.max(bodyFilled + more, 2L * body.length)));
        }
    }

    private void readBody() throws IOException {
        growBody(1);
        int read = channel.read(ByteBuffer.wrap(body, bodyFilled, body.length - bodyFilled));
        if (read < 0) {
            close();
            return;
        }
        bodyFilled += read;
        if (bodyFilled == bodyLength) bodyComplete();
    }

    private void bodyComplete() throws IOException {
        byte[] whole = body;
        body = NOTHING;
        RequestHead current = head;
        if (current == null) throw new IllegalStateException("a body without a head");
        work(current, whole);
    }

    private void work(RequestHead head, byte[] body) throws IOException {
        InetAddress from = remote();
        enter(Phase.WORKING, WORK_TIME);
        boolean begun = loop.work(() -> {
            HttpReply reply = reply(head, body, from);
            loop.post(() -> answered(reply));
        });
        if (!begun) send(loop.routes().refusal(head, new HttpFault(503, "too much is being asked, try again later")));
    }

    private HttpReply reply(RequestHead head, byte[] body, InetAddress from) {
        try {
            return loop.routes().later(head, body, from);
        } catch (HttpFault fault) {
            return loop.routes().refusal(head, fault);
        } catch (RuntimeException e) {
            loop.complain("a request could not be answered", e);
            return loop.routes().refusal(head, new HttpFault(500, "the tracker has failed; its log says why"));
        }
    }

    private void answered(HttpReply reply) {
        if (phase != Phase.WORKING) return;
        try {
            release();
            long size = reply.body().length;
            if (!loop.budget().take(size)) {
                RequestHead current = head;
                if (current == null) throw new IllegalStateException("an answer without a question");
                send(loop.routes().refusal(current, new HttpFault(503, "too much is being sent, try again later")));
                return;
            }
            reserved = size;
            send(reply);
        } catch (IOException e) {
            close();
        }
    }

    /** Refuses what could not be understood or is not wanted; what follows on the connection is not looked at. */
    private void refuse(HttpFault fault) throws IOException {
        lingersAfter = true;
        closesAfter = true;
        byte[] reason = (fault.reason() + "\n").getBytes(StandardCharsets.UTF_8);
        out = ByteBuffer.wrap(HttpReply.of(fault.status(), HttpReply.TEXT, reason).bytes(false, true));
        write();
    }

    private void send(HttpReply reply) throws IOException {
        RequestHead current = head;
        closesAfter = current == null || !current.keepsAlive();
        byte[] bytes = reply.bytes(current != null && current.isHead(), closesAfter);
        if (bytes.length > ONE_SEGMENT) channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        out = ByteBuffer.wrap(bytes);
        write();
    }

    private void write() throws IOException {
        ByteBuffer pending = out;
        if (pending == null) return;
        channel.write(pending);
        if (pending.hasRemaining()) {
            if (phase != Phase.WRITING) {
                phase = Phase.WRITING;
                if (key == null) register();
                enter(Phase.WRITING, timeFor(pending.remaining()));
            }
            return;
        }
        out = null;
        release();
        if (lingersAfter) {
            channel.shutdownOutput();
            enter(Phase.LINGERING, LINGER_TIME);
        } else if (closesAfter) {
            close();
        } else {
            boolean wasWaiting = phase != Phase.HEAD;
            enter(Phase.HEAD, IDLE_TIME);
            if (wasWaiting && left.length > 0) {
                byte[] more = left;
                left = NOTHING;
                answer(more, more.length);
            }
        }
    }

    /** Reads and forgets for a moment: closing on unread bytes would take the reply away from the other side. */
    private void linger() throws IOException {
        if (channel.read(ByteBuffer.wrap(loop.shared())) < 0) close();
    }

    private void release() {
        loop.budget().give(reserved);
        reserved = 0;
    }

    /** Closes the connection; does nothing if it is closed. */
    void close() {
        if (phase == Phase.CLOSED) return;
        phase = Phase.CLOSED;
        release();
        loop.closed();
        try {
            channel.close();
        } catch (IOException e) {
            loop.complain("a connection could not be closed", e);
        }
    }
}
