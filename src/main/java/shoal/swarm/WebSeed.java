package shoal.swarm;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;
import shoal.storage.DiskFault;
import shoal.wire.ExtendedHandshake;
import shoal.wire.ExtensionMessage;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/**
 * A web server (BEP 19) as a peer that has everything and wants nothing, so that the swarm knows no difference: choice
 * of pieces, pipeline, blame and bans are those of peers. Requests for neighbouring blocks become one range. While it
 * does not answer, it chokes us and rejects what is out; files that it lacks are pieces that it does not have. Its one
 * thread, {@code web ADDR}, reads, hashes and writes as {@code peer ADDR in} does.
 */
final class WebSeed implements PeerLink {
    private static final int BATCH = 16;
    private static final int INBOX = 16_384;

    private final int number;
    private final String name;
    private final RangeReader reader;
    private final Manifest manifest;
    private final SwarmThread swarm;
    private final @Nullable Throttle down;
    private final Consumer<String> ended;
    private final Asked asked = new Asked();
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>(INBOX);
    private final AtomicReference<@Nullable String> closedBecause = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    // its thread's
    private final Arrivals arrivals;
    private final Set<Long> wanted = new LinkedHashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BATCH * Merkle.BLOCK);
    private int failures;

    WebSeed(int number, String name, RangeReader reader, Manifest manifest, SwarmThread swarm,
            @Nullable Throttle down, Consumer<String> ended) {
        this.number = number;
        this.name = name;
        this.reader = reader;
        this.manifest = manifest;
        this.swarm = swarm;
        this.down = down;
        this.ended = ended;
        arrivals = new Arrivals(number, asked);
    }

    void start(Endpoint remote) {
        Thread.ofVirtual().name("web " + remote).start(this::run);
    }

    @Override
    public void send(Message message) {
        if (!inbox.offer(message)) close("it does not answer");
    }

    @Override
    public void serve(int piece, int begin, int length) {
        throw new IllegalStateException("a web server asked for a block");
    }

    @Override
    public void close(String reason) {
        closedBecause.compareAndSet(null, reason);
        closed.countDown();
        reader.close();
        inbox.offer(new Message.KeepAlive());
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public boolean keepsItsSeat() {
        return true;
    }

    @Override
    public long payloadSent() {
        return 0;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        String fault = null;
        try {
            say(ExtendedHandshake.wanting().withClient(name), new Message.HaveAll(), new Message.Unchoke());
            while (!isClosed()) {
                hear(wanted.isEmpty() ? SwarmLimits.KEEP_ALIVE : 0);
                if (!wanted.isEmpty() && !isClosed()) get();
            }
        } catch (PeerFault e) {
            fault = e.getMessage();
            close("it " + fault);
        } catch (InterruptedException | RuntimeException | Error e) {
            close("a bug of ours: " + e);
            swarm.bug(e);
        }
        String why = String.valueOf(closedBecause.get());
        swarm.put(new SwarmEvent.PeerGone(number, why, fault));
        ended.accept(why);
    }

    private void say(Message... messages) {
        swarm.put(new SwarmEvent.PeerSaid(number, List.of(messages)));
    }

    /** Takes in what the swarm has said, and waits so long for the first of it; then says that it is there. */
    private void hear(long nanos) throws InterruptedException {
        Message first = inbox.poll(nanos, TimeUnit.NANOSECONDS);
        if (first == null) {
            if (nanos > 0) say(new Message.KeepAlive());
            return;
        }
        for (Message next = first; next != null; next = inbox.poll()) {
            switch (next) {
                case Message.Request request -> wanted.add(key(request.piece(), request.begin()));
                case Message.Cancel cancel -> {
                    if (wanted.remove(key(cancel.piece(), cancel.begin()))) reject(key(cancel.piece(), cancel.begin()));
                }
                case HashRequest request -> say(new HashReject(request));
                default -> {
                    // nothing that a web server could answer
                }
            }
        }
    }

    private static long key(int piece, int begin) {
        return Asked.key(piece, begin >>> Merkle.BLOCK_BITS);
    }

    private void reject(long key) {
        int piece = Asked.piece(key);
        int block = Asked.block(key);
        say(new Message.RejectRequest(piece, block << Merkle.BLOCK_BITS, length(key)));
    }

    private int length(long key) {
        return Merkle.blockLength(manifest.pieceSize(Asked.piece(key)), Asked.block(key));
    }

    /** The request that has waited longest, and those that lie behind it in the same file. */
    private List<Long> span() {
        var span = new ArrayList<Long>();
        long next = wanted.iterator().next();
        ManifestFile file = manifest.fileOf(Asked.piece(next));
        while (span.size() < SwarmLimits.WEB_BLOCKS && wanted.remove(next)) {
            span.add(next);
            int piece = Asked.piece(next);
            boolean isLast = Asked.block(next) + 1 == manifest.blocksIn(piece);
            if (isLast && piece + 1 == file.firstPiece() + file.pieceCount()) break;
            next = isLast ? Asked.key(piece + 1, 0) : Asked.key(piece, Asked.block(next) + 1);
        }
        return span;
    }

    private void get() throws InterruptedException, PeerFault {
        List<Long> span = span();
        int done = 0;
        ManifestFile file = manifest.fileOf(Asked.piece(span.getFirst()));
        try {
            long from = manifest.pieceOffset(Asked.piece(span.getFirst()))
                    + ((long) Asked.block(span.getFirst()) << Merkle.BLOCK_BITS);
            long length = 0;
            for (long key : span) length += length(key);
            reader.open(file, from, length);
            while (done < span.size()) done += take(span.subList(done, span.size()));
            failures = 0;
        } catch (FileNotFoundException e) {
            swarm.log("web server " + name + ": " + file.pathText() + ": " + e.getMessage());
            lacks(file);
        } catch (ProtocolException e) {
            close(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            swarm.log("web server " + name + ": " + e.getMessage());
            rest();
        }
        if (done == span.size()) return;
        reader.abandon();
        for (long key : span.subList(done, span.size())) reject(key);
    }

    /** Reads as many blocks as are there, one at least, and keeps them. */
    private int take(List<Long> keys) throws IOException, InterruptedException, PeerFault {
        BlockIntake intake = swarm.intake();
        if (intake == null) throw new IllegalStateException("a web server was asked before the files are open");
        buffer.clear();
        int count = 0;
        int bytes = 0;
        do {
            int length = length(keys.get(count));
            buffer.limit(bytes + length).position(bytes);
            reader.read(buffer);
            bytes += length;
            count++;
        } while (count < Math.min(BATCH, keys.size()) && reader.hasReady(length(keys.get(count))));
        int at = 0;
        for (long key : keys.subList(0, count)) {
            int length = length(key);
            arrivals.add(intake, Asked.piece(key), Asked.block(key) << Merkle.BLOCK_BITS,
                    buffer.clear().limit(at + length).position(at));
            at += length;
        }
        try {
            swarm.put(new SwarmEvent.BlocksCame(number, arrivals.take().keep(intake)));
        } catch (DiskFault e) {
            swarm.put(new SwarmEvent.DiskFailed(e));
            close("our disk failed");
        }
        long pause = down == null ? 0 : down.take(bytes, System.nanoTime());
        if (pause > Throttle.SHORTEST_PAUSE && closed.await(pause, TimeUnit.NANOSECONDS)) return count;
        hear(0);
        return count;
    }

    /** It does not have this file. */
    private void lacks(ManifestFile file) {
        for (int piece = file.firstPiece(); piece < file.firstPiece() + file.pieceCount(); piece++) {
            say(new ExtensionMessage.DontHave(piece));
        }
        for (Iterator<Long> keys = wanted.iterator(); keys.hasNext(); ) {
            long key = keys.next();
            if (!manifest.fileOf(Asked.piece(key)).equals(file)) continue;
            keys.remove();
            reject(key);
        }
    }

    /** It did not answer: it is left alone, longer each time, and nothing is asked of it meanwhile. */
    private void rest() throws InterruptedException {
        if (isClosed()) return;
        say(new Message.Choke());
        for (long key : wanted) reject(key);
        wanted.clear();
        long pause = Math.min(SwarmLimits.WEB_PAUSE << Math.min(failures, 10), SwarmLimits.WEB_PAUSE_LONGEST);
        failures++;
        while (pause > 0 && !closed.await(Math.min(pause, SwarmLimits.KEEP_ALIVE), TimeUnit.NANOSECONDS)) {
            pause -= SwarmLimits.KEEP_ALIVE;
            say(new Message.KeepAlive());
        }
        hear(0);
        for (long key : wanted) reject(key);
        wanted.clear();
        say(new Message.Unchoke());
    }
}
