package shoal.swarm;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.merkle.Merkle;
import shoal.storage.DiskFault;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/**
 * One end of a connection: what its peer sends takes time for its bytes and for the way, and comes to the other end in
 * order, several things at a time. It does what {@link PeerConnection} does, with the timeline for threads.
 */
final class SimLink implements PeerLink {
    /** What is on its way. A block's content is known when it leaves. */
    private static final class Item {
        final long arrival;
        final @Nullable Message message;
        final int piece;
        final int begin;
        final int length;
        @Nullable Hash content;
        @Nullable Message instead;

        Item(long arrival, @Nullable Message message, int piece, int begin, int length) {
            this.arrival = arrival;
            this.message = message;
            this.piece = piece;
            this.begin = begin;
            this.length = length;
        }
    }

    final SimNetwork network;
    final SimPeer owner;
    final int generation;
    final int number;
    private final Asked asked = new Asked();
    private final Queue<Item> incoming = new ArrayDeque<>();
    private final long latency;
    private final double nanosPerByte;
    private @Nullable SimLink far;
    private long busyUntil;
    private long payload;
    private boolean reading;
    private boolean closed;

    SimLink(SimNetwork network, SimPeer owner, long latency, double bytesPerSecond) {
        this.network = network;
        this.owner = owner;
        this.generation = owner.generation();
        this.number = owner.nextNumber();
        this.latency = latency;
        nanosPerByte = 1e9 / bytesPerSecond;
    }

    void join(SimLink other) {
        far = other;
    }

    private SimLink far() {
        if (far == null) throw new IllegalStateException("nobody is at the other end");
        return far;
    }

    SimPeer other() {
        return far().owner;
    }

    boolean isClosed() {
        return closed;
    }

    /** Nothing moves from here for so long. */
    void stall(long nanos) {
        busyUntil = Math.max(busyUntil, network.timeline.now()) + nanos;
    }

    private long leaves(long bytes) {
        busyUntil = Math.max(busyUntil, network.timeline.now()) + (long) (bytes * nanosPerByte);
        return busyUntil;
    }

    @Override
    public void send(Message message) {
        if (closed) return;
        network.check.said(this, message);
        Message sent = owner.mischief.said(network.leavesWithheld ? withoutLeaves(message) : message);
        if (sent == null) return;
        put(new Item(leaves(size(sent)) + latency, sent, 0, 0, 0));
    }

    private static Message withoutLeaves(Message message) {
        if (message instanceof Hashes hashes && hashes.request().base() == 0) return new HashReject(hashes.request());
        return message;
    }

    private static int size(Message message) {
        return switch (message) {
            case Hashes hashes -> 53 + hashes.hashes().size() * 32;
            case HashRequest _ -> 53;
            case Message _ -> 17;
        };
    }

    private void put(Item item) {
        far().incoming.add(item);
        far().listen();
    }

    @Override
    public void serve(int piece, int begin, int length) {
        if (closed) return;
        long departure = leaves(length + 13L);
        var item = new Item(departure + latency, null, piece, begin, length);
        network.timeline.at(departure, () -> load(item));
        put(item);
    }

    private void load(Item item) {
        if (closed) return;
        owner.post(generation, new SwarmEvent.Served(number, 1));
        Hash right = owner.disk.read(item.piece, item.begin >>> Merkle.BLOCK_BITS);
        if (right == null || owner.mischief == Mischief.REJECTS) {
            item.instead = new Message.RejectRequest(item.piece, item.begin, item.length);
            return;
        }
        payload += item.length;
        item.content = owner.mischief.block(
                network.content, item.piece, item.begin >>> Merkle.BLOCK_BITS, right, network.random);
    }

    private void listen() {
        if (reading || closed || incoming.isEmpty()) return;
        reading = true;
        long arrival = incoming.element().arrival;
        network.timeline.at(arrival + network.random.nextLong(Timeline.millis(1)), this::read);
    }

    /** Takes all that has come, as one read from a socket does. */
    private void read() {
        reading = false;
        if (closed) return;
        var messages = new ArrayList<Message>();
        var receipts = new ArrayList<BlockReceipt>();
        try {
            while (!incoming.isEmpty() && incoming.element().arrival <= network.timeline.now()) {
                Item item = incoming.remove();
                Message message = item.message == null ? item.instead : item.message;
                if (message != null) {
                    passReceipts(receipts);
                    messages.add(message);
                } else if (item.content != null) {
                    passMessages(messages);
                    receipts.add(accept(item, item.content));
                }
            }
            passReceipts(receipts);
            passMessages(messages);
            listen();
        } catch (PeerFault fault) {
            passReceipts(receipts);
            passMessages(messages);
            network.check.faulted(owner, other(), String.valueOf(fault.getMessage()));
            end("it " + fault.getMessage(), fault.getMessage());
        } catch (DiskFault fault) {
            owner.post(generation, new SwarmEvent.DiskFailed(fault));
            end("our disk failed", null);
        }
    }

    private BlockReceipt accept(Item item, Hash content) throws PeerFault, DiskFault {
        BlockIntake intake = owner.intake();
        if (intake == null) throw new PeerFault("sent a block before any was asked for");
        owner.holdings().incoming = content;
        ByteBuffer bytes = network.anyBytes.clear().limit(item.length);
        int block = item.begin >>> Merkle.BLOCK_BITS;
        ActivePiece target = intake.admit(asked, item.piece, item.begin, item.length);
        BlockReceipt.Fate fate =
                target == null ? BlockReceipt.Fate.SPARE : BlockIntake.claim(number, target, block, content);
        if (target != null && fate == BlockReceipt.Fate.STORED) intake.write(target, block, bytes);
        var receipt = new BlockReceipt(item.piece, block, fate);
        network.check.came(this, item.piece, block, content, receipt);
        return receipt;
    }

    private void passReceipts(List<BlockReceipt> receipts) {
        if (receipts.isEmpty()) return;
        owner.post(generation, new SwarmEvent.BlocksCame(number, List.copyOf(receipts)));
        receipts.clear();
    }

    private void passMessages(List<Message> messages) {
        if (messages.isEmpty()) return;
        owner.post(generation, new SwarmEvent.PeerSaid(number, List.copyOf(messages)));
        messages.clear();
    }

    @Override
    public void close(String reason) {
        end(reason, null);
    }

    /** The network cuts the connection: each end learns of it in its own time. */
    void cut() {
        end("connection reset", null);
    }

    private void end(String reason, @Nullable String fault) {
        if (closed) return;
        closed = true;
        incoming.clear();
        owner.post(generation, new SwarmEvent.PeerGone(number, reason, fault));
        network.timeline.after(latency, () -> far().end("it closed the connection", null));
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public long payloadSent() {
        return payload;
    }
}
