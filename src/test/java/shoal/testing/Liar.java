package shoal.testing;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;

/** A {@link Manner} that lies, and counts what it lied. In all else it is an honest seeder. */
public abstract class Liar extends Manner {
    private final AtomicInteger lies = new AtomicInteger();

    private Liar() {}

    /** How many of the blocks and answers that it sent were wrong. */
    public int lies() {
        return lies.get();
    }

    void lied() {
        lies.incrementAndGet();
    }

    /** Makes what is sent wrong, or returns false and leaves it as it is. */
    boolean spoils(Conversation with, Message.Request request, byte[] data) {
        return false;
    }

    @Override
    protected void requested(Conversation with, Message.Request request) throws IOException {
        byte[] data = honest(with, request);
        if (spoils(with, request, data)) lied();
        with.sendBlock(request.piece(), request.begin(), data);
    }

    private static boolean flip(byte[] data) {
        data[data.length / 2] ^= 1;
        return true;
    }

    private static int block(Message.Request request) {
        return request.begin() >> Merkle.BLOCK_BITS;
    }

    /** Lies when {@code when} says so. */
    private static Liar flipping(BooleanSupplier when) {
        return new Liar() {
            @Override
            boolean spoils(Conversation with, Message.Request request, byte[] data) {
                return when.getAsBoolean() && flip(data);
            }
        };
    }

    /** One of each kind, by what it does. */
    public static Map<String, Liar> ofAllKinds() {
        var all = new LinkedHashMap<String, Liar>();
        all.put("always", always());
        all.put("at 5 %", at(0.05, 3));
        all.put("in last blocks", inLastBlocks());
        all.put("swaps blocks", swapping());
        all.put("in hashes", inHashes());
        all.put("one of a pair", inEveryOther(0));
        all.put("the other of the pair", inEveryOther(1));
        all.put("after 100 MiB", after((100 << 20) / Merkle.BLOCK));
        return all;
    }

    /** Seven with one wrong block each, at different times; and one more if the first came too late to be taken. */
    public static Map<String, Liar> ofOneBlockEach() {
        var all = new LinkedHashMap<String, Liar>();
        for (int i = 0; i < 7; i++) all.put("once after " + (20 + 60 * i), rarelyAfter(20 + 60 * i));
        return all;
    }

    /** Each block is wrong. */
    public static Liar always() {
        return flipping(() -> true);
    }

    /** Behind so many right blocks one is wrong, and then one in a thousand. */
    public static Liar rarelyAfter(int blocks) {
        var sent = new AtomicInteger();
        return flipping(() -> {
            int behind = sent.getAndIncrement() - blocks;
            return behind >= 0 && behind % 1000 == 0;
        });
    }

    /** So many blocks are right, and none behind them. */
    public static Liar after(int blocks) {
        var sent = new AtomicInteger();
        return flipping(() -> sent.getAndIncrement() >= blocks);
    }

    /** A part of the blocks is wrong, as chance has it. */
    public static Liar at(double part, long seed) {
        var random = new SplittableRandom(seed);
        return flipping(() -> {
            synchronized (random) {
                return random.nextDouble() < part;
            }
        });
    }

    /** The last block of each piece is wrong. */
    public static Liar inLastBlocks() {
        return new Liar() {
            @Override
            boolean spoils(Conversation with, Message.Request request, byte[] data) {
                int blocks = with.peer().share().manifest().blocksIn(request.piece());
                return block(request) == blocks - 1 && flip(data);
            }
        };
    }

    /** Each block is right, but stands where its neighbour belongs. */
    public static Liar swapping() {
        return new Liar() {
            @Override
            boolean spoils(Conversation with, Message.Request request, byte[] data) {
                byte[] other = with.peer().share().block(
                        request.piece(), request.begin() ^ Merkle.BLOCK, request.length());
                System.arraycopy(other, 0, data, 0, data.length);
                return true;
            }
        };
    }

    /** Every other block is wrong, and of leaves it knows nothing: with one that lies in the rest, neither is alone. */
    public static Liar inEveryOther(int parity) {
        return new Liar() {
            @Override
            boolean spoils(Conversation with, Message.Request request, byte[] data) {
                return block(request) % 2 == parity && flip(data);
            }

            @Override
            protected void requested(Conversation with, HashRequest request) throws IOException, InterruptedException {
                if (request.base() == 0) with.say(new HashReject(request));
                else super.requested(with, request);
            }
        };
    }

    /** Hashes are wrong; blocks are right. */
    public static Liar inHashes() {
        return new Liar() {
            @Override
            protected void requested(Conversation with, HashRequest request) throws IOException, InterruptedException {
                var honest = with.peer().share().hashes(request);
                if (honest.isEmpty()) {
                    with.say(new HashReject(request));
                    return;
                }
                byte[] bytes = honest.get().hashes().bytes();
                bytes[bytes.length - Hash.BYTES] ^= 1;
                lied();
                with.say(new Hashes(request, HashList.wrap(bytes)));
            }
        };
    }
}
