package shoal.swarm;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import shoal.wire.Message;

/**
 * What waits to be sent to one peer. Messages keep their order and overtake blocks, since an answer of a few bytes is
 * of use before a mebibyte that was asked for earlier. Only a choke waits for the blocks laid before it, if the peer
 * has no fast extension, for then they would come to it unasked. Anyone lays something in; the peer's writer takes it.
 */
final class Outbox {
    private static final int MESSAGES = 16_384;

    /** What the writer does next. */
    sealed interface Outgoing {
        record Said(Message message) implements Outgoing {}

        /** Bytes of a piece: a block, or as many as lie side by side and are asked for in this order. */
        record Blocks(int piece, int begin, int length, int count) implements Outgoing {
            boolean leadsTo(Blocks next) {
                return piece == next.piece && begin + length == next.begin && length == count * SwarmLimits.BLOCK;
            }
        }

        record End() implements Outgoing {}
    }

    private final boolean fast;
    private final int atOnce;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Queue<Message> messages = new ArrayDeque<>();
    private final Queue<Outgoing.Blocks> blocks = new ArrayDeque<>();
    private long laid;
    private long gone;

    /** A choke goes when so many blocks are gone. */
    private long chokeBehind;

    private boolean closed;

    /** Of a peer with or without the fast extension, for a writer who takes so many blocks at once. */
    Outbox(boolean fast, int atOnce) {
        this.fast = fast;
        this.atOnce = atOnce;
    }

    /** Lays in a message. Returns false if too many wait. */
    boolean say(Message message) {
        lock.lock();
        try {
            if (messages.size() == MESSAGES) return false;
            if (closed) return true;
            messages.add(message);
            if (message instanceof Message.Choke && !fast) chokeBehind = laid;
            more.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lays in a block. Returns false if too many wait. */
    boolean serve(int piece, int begin, int length) {
        lock.lock();
        try {
            if (blocks.size() == MESSAGES) return false;
            if (closed) return true;
            blocks.add(new Outgoing.Blocks(piece, begin, length, 1));
            laid++;
            more.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Drops everything: what comes next is the end, now and for ever. */
    void close() {
        lock.lock();
        try {
            closed = true;
            messages.clear();
            blocks.clear();
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes what goes next, nothing if that is nothing yet. No block goes before {@code from}, as the clock is. */
    @Nullable Outgoing poll(long from) {
        lock.lock();
        try {
            return next(from);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #poll}, but waits until there is something. */
    Outgoing take(long from) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                Outgoing next = next(from);
                if (next != null) return next;
                if (blocks.isEmpty()) more.await();
                else if (more.awaitNanos(from - System.nanoTime()) <= 0) from = System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Outgoing next(long from) {
        if (closed) return new Outgoing.End();
        Message first = messages.peek();
        if (first != null && !(first instanceof Message.Choke && gone < chokeBehind)) {
            messages.remove();
            return new Outgoing.Said(first);
        }
        if (blocks.isEmpty() || from - System.nanoTime() > Throttle.SHORTEST_PAUSE) return null;
        gone++;
        Outgoing.Blocks next = blocks.remove();
        for (Outgoing.Blocks more = blocks.peek(); more != null && next.leadsTo(more); more = blocks.peek()) {
            if (next.count() == atOnce || gone == chokeBehind) break;
            next = new Outgoing.Blocks(next.piece(), next.begin(), next.length() + more.length(), next.count() + 1);
            gone++;
            blocks.remove();
        }
        return next;
    }
}
