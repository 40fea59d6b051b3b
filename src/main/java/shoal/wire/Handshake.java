package shoal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/**
 * The first 68 bytes that each side of a connection sends (BEP 3). They come in two parts, because an acceptor may
 * answer before it has the second: the head names the swarm, the rest is the peer id.
 */
public record Handshake(Features features, InfoHash infoHash, PeerId peerId) {
    /** Length in bytes. */
    public static final int BYTES = 68;

    /** Bytes up to the peer id. */
    static final int HEAD = 48;

    /** Bytes that are the same in all of them. */
    static final int SAME = 20;

    private static final byte[] PROTOCOL = "\23BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);

    /**
     * The part before the peer id.
     *
     * @param features what the sender can do
     * @param infoHash the swarm it means
     */
    public record Head(Features features, InfoHash infoHash) {}

    /** Writes the 68 bytes. */
    void write(ByteBuffer out) {
        out.put(PROTOCOL).putLong(features.bits());
        infoHash.write(out);
        peerId.write(out);
    }

    /**
     * Looks at what has come so far of a handshake, so that an encrypted or foreign connection is closed at its first
     * wrong byte instead of after a timeout.
     */
    static void checkProtocol(ByteBuffer in) throws PeerFault {
        int known = Math.min(in.remaining(), PROTOCOL.length);
        for (int i = 0; i < known; i++) {
            if (in.get(in.position() + i) != PROTOCOL[i]) {
                throw new PeerFault("no BitTorrent handshake: byte " + i + " is " + (in.get(in.position() + i) & 0xff));
            }
        }
    }

    /** How many of the bytes that have come are as a handshake begins. */
    static int same(ByteBuffer in) {
        int known = Math.min(in.remaining(), PROTOCOL.length);
        int mismatch = in.slice(in.position(), known).mismatch(ByteBuffer.wrap(PROTOCOL, 0, known));
        return mismatch < 0 ? known : mismatch;
    }

    /** Reads the first 48 bytes. */
    static Head readHead(ByteBuffer in) throws PeerFault {
        checkProtocol(in);
        in.position(in.position() + PROTOCOL.length);
        return new Head(new Features(in.getLong()), InfoHash.read(in));
    }

    /** Reads the last 20 bytes. */
    static Handshake readRest(Head head, ByteBuffer in) {
        return new Handshake(head.features(), head.infoHash(), PeerId.read(in));
    }
}
