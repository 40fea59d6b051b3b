package shoal.swarm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.storage.DiskFault;
import shoal.swarm.Outbox.Outgoing;
import shoal.wire.Hashes;
import shoal.wire.Inbound;
import shoal.wire.Message;
import shoal.wire.PeerChannel;
import shoal.wire.PeerFault;

/**
 * The threads of a connected peer. {@code peer ADDR in} reads, hashes and writes blocks, and puts what it learned into
 * the swarm's mailbox, waiting for room there: that is the back-pressure on the peer. When much comes at once there are
 * two such threads: one reads while the other hashes and writes what it has read, each with a buffer. {@code peer ADDR
 * out} sends what the swarm laid into the outbox, and reads our blocks from the disk just before they go. They end when
 * the channel closes, which anyone may do; who reads last has the last word to the swarm.
 */
final class PeerConnection implements PeerLink, Inbound {
    private static final int SERVED_AT_ONCE = 16;
    private static final int WORTH_A_THREAD = 4;
    private static final int READERS = 2;

    /** Messages in one event, and events of one peer that wait: who says much waits until it has been heard. */
    private static final int SAID_AT_ONCE = 256;
    private static final int UNHEARD = 2;

    /** Messages that we do not know are read for nothing: so many bytes of them, and so many more each second. */
    private static final long UNKNOWN_BYTES = 1 << 20;
    private static final long UNKNOWN_PER_SECOND = 4096;

    private final int number;
    private final PeerChannel channel;
    private final Endpoint remote;
    private final SwarmThread swarm;
    private final @Nullable Crossing crossing;
    private final @Nullable Throttle down;
    private final @Nullable Throttle up;
    private final Asked asked = new Asked();
    private final Outbox outbox;
    private final AtomicReference<@Nullable String> closedBecause = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Has the turn to read. */
    private final ReentrantLock turn = new ReentrantLock();

    /** One for each batch that is being kept by who does not read. */
    private final Semaphore untold = new Semaphore(READERS);

    // whose turn it is alone uses all this
    private final Arrivals arrivals;
    private List<Message> messages = new ArrayList<>();
    private Arrivals.@Nullable Batch last;
    private boolean more;
    private boolean over;
    private long paid;
    private long unknown;

    private final long since = System.nanoTime();

    /** Free while the swarm has heard what was said. */
    private final Semaphore unheard = new Semaphore(UNHEARD);

    private final AtomicLong hashesUnsent = new AtomicLong();

    /**
     * A peer, of another share if there is a {@code crossing}, whose bytes come as fast as {@code down} and go as fast
     * as {@code up} lets them, if there are these.
     */
    PeerConnection(int number, PeerChannel channel, Endpoint remote, SwarmThread swarm, @Nullable Crossing crossing,
            @Nullable Throttle down, @Nullable Throttle up) {
        this.number = number;
        this.channel = channel;
        this.remote = remote;
        this.swarm = swarm;
        this.crossing = crossing;
        this.down = down;
        this.up = up;
        // who pays for each block, or says of each where it lies elsewhere, takes them one by one
        outbox = new Outbox(channel.common().fast(), up == null && crossing == null ? PeerChannel.BLOCKS_AT_ONCE : 1);
        if (down != null) channel.readAtMost(down.portion());
        arrivals = new Arrivals(number, asked);
        paid = channel.bytesIn();
    }

    void start() {
        Thread.ofVirtual().name("peer " + remote + " in").start(this::readAll);
        Thread.ofVirtual().name("peer " + remote + " out").start(this::writeAll);
    }

    @Override
    public void send(Message message) {
        if (message instanceof Hashes hashes) hashesUnsent.addAndGet(size(hashes));
        if (!outbox.say(message)) closeLate();
    }

    @Override
    public void serve(int piece, int begin, int length) {
        if (!outbox.serve(piece, begin, length)) closeLate();
    }

    private static long size(Hashes hashes) {
        return (long) hashes.hashes().size() * Hash.BYTES;
    }

    @Override
    public long hashesUnsent() {
        return hashesUnsent.get();
    }

    @Override
    public void heard() {
        unheard.release();
    }

    @Override
    public long taken() {
        return channel.bytesOut();
    }

    @Override
    public boolean isStuck() {
        return channel.isWriting();
    }

    private void closeLate() {
        close("it does not take what it asks for");
    }

    @Override
    public void close(String reason) {
        closedBecause.compareAndSet(null, reason);
        channel.close();
        closed.countDown();
        // whoever waits to be heard is not waited for
        unheard.release(UNHEARD);
        outbox.close();
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public long payloadSent() {
        return channel.blockBytesOut();
    }

    @Override
    public int servesReady() {
        return up == null ? SwarmLimits.SERVES_READY : SwarmLimits.SERVES_READY_SLOWLY;
    }

    private void readAll() {
        while (true) {
            Arrivals.Batch batch;
            turn.lock();
            try {
                if (over) return;
                batch = readMuch();
            } finally {
                turn.unlock();
            }
            // now the other one may read
            if (batch != null) keep(batch);
        }
    }

    /** Reads until there is much to be kept. Returns nothing at the end, of which the swarm knows then. */
    private Arrivals.@Nullable Batch readMuch() {
        String fault = null;
        try {
            if (last != null && !last.isKept()) channel.swap();
            while (channel.read(this)) {
                // each read tells all that came
                if (arrivals.size() >= WORTH_A_THREAD && down == null) return lend();
                keepNow();
                if (down != null) paid = pause(down, paid);
            }
            close("it closed the connection");
        } catch (PeerFault e) {
            fault = e.getMessage();
            close("it " + fault);
        } catch (IOException e) {
            close(String.valueOf(e.getMessage()));
        } catch (InterruptedException | RuntimeException | Error e) {
            close("a bug of ours: " + e);
            swarm.bug(e);
        }
        keepNow();
        passMessages();
        awaitTold();
        over = true;
        swarm.put(new SwarmEvent.PeerGone(number, String.valueOf(closedBecause.get()), fault));
        return null;
    }

    private Arrivals.Batch lend() {
        if (!more) Thread.ofVirtual().name("peer " + remote + " in too").start(this::readAll);
        more = true;
        last = arrivals.take();
        untold.acquireUninterruptibly();
        return last;
    }

    /** Waits until what came since {@code paid} is paid for, or the connection closed; returns all that came. */
    private long pause(Throttle throttle, long paid) throws InterruptedException {
        long all = channel.bytesIn();
        long wait = throttle.take(all - paid, System.nanoTime());
        if (wait > Throttle.SHORTEST_PAUSE && closed.await(wait, TimeUnit.NANOSECONDS)) return all;
        return all;
    }

    @Override
    public void message(Message message) {
        keepNow();
        messages.add(message);
        if (messages.size() >= SAID_AT_ONCE) passMessages();
    }

    @Override
    public void unknown(int bytes) throws PeerFault {
        unknown += bytes;
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
        if (unknown > UNKNOWN_BYTES + seconds * UNKNOWN_PER_SECOND) {
            throw new PeerFault("floods us with messages of no known extension");
        }
    }

    @Override
    public void block(int piece, int begin, ByteBuffer data) throws PeerFault {
        passMessages();
        BlockIntake intake = swarm.intake();
        if (intake == null) throw new PeerFault("sent a block before any was asked for");
        if (arrivals.isFull()) keepNow();
        if (crossing == null) {
            arrivals.add(intake, piece, begin, data);
            return;
        }
        long ours = crossing.toOurs(piece, begin, data.remaining());
        if (ours == Crossing.NOWHERE) throw new PeerFault("sent a block of a file that it was asked nothing of");
        arrivals.add(intake, Crossing.piece(ours), Crossing.begin(ours), data);
    }

    @Override
    public void readDone() {
        passMessages();
    }

    /** Blocks that came are told before what came behind them. */
    private void keepNow() {
        if (arrivals.isEmpty()) return;
        awaitTold();
        untold.acquireUninterruptibly();
        keep(arrivals.take());
    }

    private void keep(Arrivals.Batch batch) {
        try {
            BlockIntake intake = swarm.intake();
            if (intake == null) throw new IllegalStateException("blocks were let in before the files are open");
            swarm.put(new SwarmEvent.BlocksCame(number, batch.keep(intake)));
        } catch (DiskFault e) {
            swarm.put(new SwarmEvent.DiskFailed(e));
            close("our disk failed");
        } catch (RuntimeException | Error e) {
            close("a bug of ours: " + e);
            swarm.bug(e);
        } finally {
            untold.release();
        }
    }

    /** Waits until the batch that the other one keeps has been told. */
    private void awaitTold() {
        untold.acquireUninterruptibly(READERS);
        untold.release(READERS);
    }

    private void passMessages() {
        if (messages.isEmpty()) return;
        awaitTold();
        unheard.acquireUninterruptibly();
        swarm.put(new SwarmEvent.PeerSaid(number, messages));
        messages = new ArrayList<>();
    }

    private void writeAll() {
        try {
            int served = 0;
            long paid = channel.bytesOut();
            long free = System.nanoTime();
            while (true) {
                Outgoing next = outbox.poll(free);
                if (next == null) {
                    channel.flush();
                    served = tellServed(served);
                    next = outbox.take(free);
                }
                switch (next) {
                    case Outgoing.Said(Message message) -> write(message);
                    case Outgoing.Blocks blocks -> {
                        write(blocks);
                        served += blocks.count();
                        if (up != null) {
                            // the next one waits until this one is paid for
                            channel.flush();
                            long now = System.nanoTime();
                            long all = channel.bytesOut();
                            free = now + up.take(all - paid, now);
                            paid = all;
                        }
                        if (up != null || served >= SERVED_AT_ONCE) served = tellServed(served);
                    }
                    case Outgoing.End() -> {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            close(String.valueOf(e.getMessage()));
        } catch (InterruptedException | RuntimeException | Error e) {
            close("a bug of ours: " + e);
            swarm.bug(e);
        }
    }

    private int tellServed(int blocks) {
        if (blocks > 0) swarm.put(new SwarmEvent.Served(number, blocks));
        return 0;
    }

    private void write(Message message) throws IOException {
        channel.put(message);
        if (message instanceof Hashes hashes) hashesUnsent.addAndGet(-size(hashes));
    }

    private void write(Outgoing.Blocks blocks) throws IOException {
        BlockIntake intake = swarm.intake();
        if (intake == null) throw new IllegalStateException("a block is served before the files are open");
        int piece = blocks.piece();
        int begin = blocks.begin();
        if (crossing != null) {
            // there is one, since the peer asked for it
            long theirs = crossing.toTheirs(piece, begin, blocks.length());
            piece = Crossing.piece(theirs);
            begin = Crossing.begin(theirs);
        }
        ByteBuffer data = channel.beginBlocks(piece, begin, blocks.length());
        try {
            intake.holdings().read(blocks.piece(), blocks.begin(), data);
            channel.endBlocks();
        } catch (DiskFault e) {
            channel.abandonBlocks();
            if (e.kind() != DiskFault.Kind.WITHDRAWN) swarm.put(new SwarmEvent.DiskFailed(e));
            if (channel.common().fast()) reject(piece, begin, blocks.length());
        }
    }

    private void reject(int piece, int begin, int length) throws IOException {
        for (int from = 0; from < length; from += SwarmLimits.BLOCK) {
            int next = Math.min(SwarmLimits.BLOCK, length - from);
            channel.put(new Message.RejectRequest(piece, begin + from, next));
        }
    }
}
