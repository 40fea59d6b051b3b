package shoal.discovery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/**
 * One swarm as its sources see it: what to announce, and when to stop sleeping. Any thread may call anything; several
 * sources share one topic, each on its own thread.
 */
public final class Topic implements AutoCloseable {
    private final InfoHash infoHash;
    private final PeerId peerId;
    private final int port;
    private final IntSupplier outside;
    private final Figures figures;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version;
    private long wanted;
    private boolean isPrivate;
    private boolean complete;
    private boolean closed;

    /**
     * The live numbers of an announce, read whenever one is sent.
     *
     * @param uploaded bytes given away since the share began
     * @param downloaded bytes received since the share began
     * @param left bytes still wanted; 16384 while the manifest is unknown
     */
    public record Figures(LongSupplier uploaded, LongSupplier downloaded, LongSupplier left) {}

    /**
     * A topic that is open.
     *
     * @param port where we listen, 1 to 65535
     * @param isPrivate whether only trackers may be asked (BEP 27)
     */
    public Topic(InfoHash infoHash, PeerId peerId, int port, boolean isPrivate, Figures figures) {
        this(infoHash, peerId, port, () -> port, isPrivate, figures);
    }

    /**
     * The same where a router may have given us another port.
     *
     * @param outside at which port others reach us from outside, asked each time
     */
    public Topic(
            InfoHash infoHash, PeerId peerId, int port, IntSupplier outside, boolean isPrivate, Figures figures) {
        this.infoHash = infoHash;
        this.peerId = peerId;
        this.port = port;
        this.outside = outside;
        this.isPrivate = isPrivate;
        this.figures = figures;
    }

    /** The swarm. */
    public InfoHash infoHash() {
        return infoHash;
    }

    /** The name we have in the swarm. */
    public PeerId peerId() {
        return peerId;
    }

    /** Where we listen. */
    public int port() {
        return port;
    }

    /** At which port others reach us who are not on our network. */
    public int outsidePort() {
        return outside.getAsInt();
    }

    /** Whether only trackers may be asked (BEP 27). */
    public boolean isPrivate() {
        lock.lock();
        try {
            return isPrivate;
        } finally {
            lock.unlock();
        }
    }

    /** The manifest is here, and says that the share is private: sources that are no trackers end. */
    public void keepPrivate() {
        change(() -> isPrivate = true);
    }

    /** The live numbers. */
    public Figures figures() {
        return figures;
    }

    /** Says that the last byte has come: sources with an event for it send it now. */
    public void complete() {
        change(() -> complete = true);
    }

    /** Says that the swarm has too few peers: sources ask again as soon as they may. */
    public void wantPeers() {
        change(() -> wanted++);
    }

    /** Ends every source: their pauses return false, and they take their leave from trackers. */
    @Override
    public void close() {
        change(() -> closed = true);
    }

    /** Whether {@link #complete} was called. */
    public boolean isComplete() {
        lock.lock();
        try {
            return complete;
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** How often peers were wanted; a source that saw a lower number has something to do. */
    public long wanted() {
        lock.lock();
        try {
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    /** A number that grows with each change of the topic; for {@link #pause(Duration, long)}. */
    public long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /** Sleeps for {@code time}; returns false, and then at once, when the topic is closed. */
    public boolean pause(Duration time) {
        return pause(time, Long.MAX_VALUE);
    }

    /** Sleeps until {@code time} has passed or the topic has changed since {@code version}; false when it is closed. */
    public boolean pause(Duration time, long version) {
        long left = time.toNanos();
        lock.lock();
        try {
            while (!closed && left > 0 && this.version <= version) left = changed.awaitNanos(left);
            return !closed;
        } catch (InterruptedException e) {
            // nobody of ours interrupts; whoever does wants the source to end
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the topic is closed, but no longer than {@code time}. */
    public boolean awaitClose(Duration time) {
        return !pause(Duration.ofMillis(Math.min(time.toMillis(), TimeUnit.DAYS.toMillis(365))));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
