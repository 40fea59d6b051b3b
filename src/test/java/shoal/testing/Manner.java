package shoal.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import shoal.bencode.BString;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;
import shoal.wire.ExtendedHandshake;
import shoal.wire.Extension;
import shoal.wire.ExtensionMessage;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;
import shoal.wire.WireLimits;

/**
 * How a {@link FakePeer} behaves; this one is an honest seeder. The others differ in one thing each. They must not keep
 * anything but what all connections of a peer share.
 */
public class Manner {
    /** An honest one. */
    public Manner() {}

    /** Holds a connection from its start to its end. */
    protected void hold(Conversation with, boolean dialled) {
        with.hold(dialled);
    }

    /** Says what is said first, behind the handshakes. */
    protected void greet(Conversation with) throws IOException, InterruptedException {
        if (with.channel().common().extensions()) {
            with.say(ExtendedHandshake.wanting(Extension.METADATA, Extension.DONT_HAVE, Extension.UPLOAD_ONLY)
                    .withPort(with.peer().endpoint().port())
                    .withClient("FakePeer")
                    .withRequestQueue(500)
                    .withMetadataSize(with.peer().share().manifest().infoLength()));
        }
        Bits pieces = with.peer().pieces();
        if (!with.channel().common().fast()) with.say(Message.Bitfield.of(pieces));
        else if (pieces.isFull()) with.say(new Message.HaveAll());
        else if (pieces.isEmpty()) with.say(new Message.HaveNone());
        else with.say(Message.Bitfield.of(pieces));
    }

    /** Answers a message. */
    protected void heard(Conversation with, Message message) throws IOException, InterruptedException {
        switch (message) {
            case Message.Interested _ -> interested(with);
            case Message.Request request -> requested(with, request);
            case HashRequest request -> requested(with, request);
            case ExtensionMessage.MetadataRequest request -> requested(with, request);
            default -> {
                // an honest seeder has nothing to say to the others
            }
        }
    }

    /** Answers interest. */
    protected void interested(Conversation with) throws IOException, InterruptedException {
        with.say(new Message.Unchoke());
    }

    /** Answers a request for a block. */
    protected void requested(Conversation with, Message.Request request) throws IOException, InterruptedException {
        with.sendBlock(request.piece(), request.begin(), honest(with, request));
    }

    /** Answers a request for hashes. */
    protected void requested(Conversation with, HashRequest request) throws IOException, InterruptedException {
        with.say(with.peer().share().hashes(request).map(Message.class::cast).orElse(new HashReject(request)));
    }

    /** Answers a request for a block of the info dictionary. */
    protected void requested(Conversation with, ExtensionMessage.MetadataRequest request)
            throws IOException, InterruptedException {
        with.say(metadata(request, with.peer().share().manifest().info()));
    }

    private static Message metadata(ExtensionMessage.MetadataRequest request, byte[] info) {
        int from = request.block() * WireLimits.METADATA_BLOCK;
        if (from >= info.length) return new ExtensionMessage.MetadataReject(request.block());
        int length = Math.min(WireLimits.METADATA_BLOCK, info.length - from);
        return new ExtensionMessage.MetadataData(
                request.block(), info.length, BString.wrap(Arrays.copyOfRange(info, from, from + length)));
    }

    /** The right answer to a request. */
    protected static byte[] honest(Conversation with, Message.Request request) {
        return with.peer().share().block(request.piece(), request.begin(), request.length());
    }

    /** Flips a bit in each block of such pieces. */
    public static Manner lying(IntPredicate pieces) {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                byte[] data = honest(with, request);
                if (pieces.test(request.piece())) data[data.length / 2] ^= 1;
                with.sendBlock(request.piece(), request.begin(), data);
            }
        };
    }

    /** Flips a bit in a share of {@code probability} of the blocks. */
    public static Manner lyingAtTimes(long seed, double probability) {
        var random = new SplittableRandom(seed);
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                byte[] data = honest(with, request);
                synchronized (random) {
                    if (random.nextDouble() < probability) data[random.nextInt(data.length)] ^= 1;
                }
                with.sendBlock(request.piece(), request.begin(), data);
            }
        };
    }

    /** Sends what was asked for as another block. */
    public static Manner misplacing() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                with.sendBlock(request.piece(), request.begin() ^ 16384, honest(with, request));
            }
        };
    }

    /** Sends blocks one byte short. */
    public static Manner shortening() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                byte[] data = honest(with, request);
                with.sendBlock(request.piece(), request.begin(), Arrays.copyOf(data, data.length - 1));
            }
        };
    }

    /** Sends each block twice. */
    public static Manner repeating() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                with.sendBlock(request.piece(), request.begin(), honest(with, request));
                with.sendBlock(request.piece(), request.begin(), honest(with, request));
            }
        };
    }

    /** Is honest for so many blocks, then takes requests and sends nothing. */
    public static Manner stallingAfter(int blocks) {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                if (with.blocksSent() < blocks) {
                    with.sendBlock(request.piece(), request.begin(), honest(with, request));
                }
            }
        };
    }

    /** Is honest for so many blocks, then sends random bytes. */
    public static Manner babblingAfter(int blocks, long seed) {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                if (with.blocksSent() < blocks) {
                    with.sendBlock(request.piece(), request.begin(), honest(with, request));
                } else {
                    var garbage = new byte[4096];
                    new SplittableRandom(seed).nextBytes(garbage);
                    with.sayRaw(garbage);
                }
            }
        };
    }

    /** Is honest for so many blocks, then hangs up within one. */
    public static Manner hangingUpAfter(int blocks) {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                if (with.blocksSent() < blocks) {
                    with.sendBlock(request.piece(), request.begin(), honest(with, request));
                } else {
                    with.sayRaw(new byte[] {0, 0, 0x40, 9, 7, 0, 0, 0});
                    with.close();
                }
            }
        };
    }

    /** Waits so long before each block. */
    public static Manner trickling(Duration pause) {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request)
                    throws IOException, InterruptedException {
                Thread.sleep(pause);
                with.sendBlock(request.piece(), request.begin(), honest(with, request));
            }
        };
    }

    /** Has everything and never unchokes. */
    public static Manner choking() {
        return new Manner() {
            @Override
            protected void interested(Conversation with) {}
        };
    }

    /** Rejects every request for a block. */
    public static Manner rejecting() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                with.say(new Message.RejectRequest(request.piece(), request.begin(), request.length()));
            }
        };
    }

    /** Unchokes, takes the first requests and chokes again, over and over. */
    public static Manner flapping() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, Message.Request request) throws IOException {
                with.say(
                        new Message.Choke(),
                        new Message.RejectRequest(request.piece(), request.begin(), request.length()),
                        new Message.Unchoke());
            }
        };
    }

    /** Answers requests for hashes with one bit flipped in the last of them. */
    public static Manner lyingInHashes() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, HashRequest request) throws IOException {
                var honest = with.peer().share().hashes(request);
                if (honest.isEmpty()) {
                    with.say(new HashReject(request));
                    return;
                }
                byte[] bytes = honest.get().hashes().bytes();
                bytes[bytes.length - Hash.BYTES] ^= 1;
                with.say(new Hashes(request, HashList.wrap(bytes)));
            }
        };
    }

    /** Rejects every request for hashes. */
    public static Manner rejectingHashes() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, HashRequest request) throws IOException {
                with.say(new HashReject(request));
            }
        };
    }

    /** Gives the leaves of a piece only once it has sent a block of it, as libtorrent that never hashed its files. */
    public static Manner givingLeavesOfWhatItSent() {
        return new Manner() {
            private final Set<Integer> sent = ConcurrentHashMap.newKeySet();

            @Override
            protected void requested(Conversation with, Message.Request request)
                    throws IOException, InterruptedException {
                super.requested(with, request);
                sent.add(request.piece());
            }

            @Override
            protected void requested(Conversation with, HashRequest request)
                    throws IOException, InterruptedException {
                int blocks = with.peer().share().manifest().pieceLength() >> Merkle.BLOCK_BITS;
                boolean served = request.base() > 0 || sent.contains(request.index() / blocks);
                if (served) super.requested(with, request);
                else with.say(new HashReject(request));
            }
        };
    }

    /** Does not answer requests for hashes. */
    public static Manner silentAboutHashes() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, HashRequest request) {}
        };
    }

    /** Flips a bit in each block of the info dictionary. */
    public static Manner lyingInMetadata() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, ExtensionMessage.MetadataRequest request)
                    throws IOException {
                byte[] info = with.peer().share().manifest().info();
                info[Math.min(info.length - 1, request.block() * WireLimits.METADATA_BLOCK)] ^= 1;
                with.say(metadata(request, info));
            }
        };
    }

    /** Rejects requests for the info dictionary. */
    public static Manner rejectingMetadata() {
        return new Manner() {
            @Override
            protected void requested(Conversation with, ExtensionMessage.MetadataRequest request)
                    throws IOException {
                with.say(new ExtensionMessage.MetadataReject(request.block()));
            }
        };
    }

    /** Says these bytes behind the handshakes instead of a greeting. */
    public static Manner greetingWith(byte[] raw) {
        byte[] bytes = raw.clone();
        return new Manner() {
            @Override
            protected void greet(Conversation with) throws IOException {
                with.sayRaw(bytes);
            }
        };
    }

    /** Takes connections and says nothing, not even a handshake. */
    public static Manner mute() {
        return new Manner() {
            @Override
            protected void hold(Conversation with, boolean dialled) {}
        };
    }

    /** Does nothing of its own after the greeting: the test says everything. */
    public static Manner puppet() {
        return new Manner() {
            @Override
            protected void heard(Conversation with, Message message) {}
        };
    }
}
