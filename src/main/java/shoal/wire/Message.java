package shoal.wire;

import shoal.bencode.BString;
import shoal.bytes.Bits;

/**
 * What one peer says to another behind the handshakes. A message that exists is valid as far as it can be judged
 * without knowing the share: whether a piece exists, or a block lies within it, is for the swarm to say.
 *
 * <p>The data of blocks are no message: see {@link PeerChannel#beginBlock} and {@link Inbound#block}.
 */
public sealed interface Message permits
        Message.KeepAlive, Message.Choke, Message.Unchoke, Message.Interested, Message.NotInterested, Message.Have,
        Message.Bitfield, Message.Request, Message.Cancel, Message.Port, Message.SuggestPiece, Message.HaveAll,
        Message.HaveNone, Message.RejectRequest, Message.AllowedFast, HashRequest, Hashes, HashReject,
        ExtensionMessage {

    /** Nothing, said so that the connection is not taken for dead. */
    record KeepAlive() implements Message {}

    /** Requests are not answered from now on. */
    record Choke() implements Message {}

    /** Requests are answered from now on. */
    record Unchoke() implements Message {}

    /** You have something that I want. */
    record Interested() implements Message {}

    /** You have nothing that I want. */
    record NotInterested() implements Message {}

    /** I have this piece now. */
    record Have(int piece) implements Message {
        /** @throws IllegalArgumentException if no share has such a piece */
        public Have {
            WireLimits.checkPiece(piece);
        }
    }

    /** I have these pieces. Its length is right or wrong only to those who know how many pieces there are. */
    record Bitfield(BString bytes) implements Message {
        /** The bitfield of a set of pieces. */
        public static Bitfield of(Bits pieces) {
            return new Bitfield(BString.wrap(pieces.wire()));
        }

        /** The set of pieces, in a share of {@code pieces} pieces. */
        public Bits bits(int pieces) throws PeerFault {
            try {
                return Bits.ofWire(bytes.bytes(), pieces);
            } catch (IllegalArgumentException e) {
                throw new PeerFault("sent bitfield: " + e.getMessage(), e);
            }
        }

        @Override
        public String toString() {
            return "Bitfield[" + bytes.length() + " bytes]";
        }
    }

    /**
     * Please send me this block: {@code length} bytes behind {@code begin} of the piece. libtorrent up to 2.0.12 asks
     * for 16 KiB even where the file ends before, and wants zeros there.
     */
    record Request(int piece, int begin, int length) implements Message {
        /** @throws IllegalArgumentException if no share has such a block */
        public Request {
            WireLimits.checkBlock(piece, begin, length);
        }
    }

    /** I do not need this block any more. */
    record Cancel(int piece, int begin, int length) implements Message {
        /** @throws IllegalArgumentException if no share has such a block */
        public Cancel {
            WireLimits.checkBlock(piece, begin, length);
        }
    }

    /** My DHT node listens on this UDP port (BEP 5). */
    record Port(int port) implements Message {
        /** @throws IllegalArgumentException if it is not from 0 to 65535 */
        public Port {
            if (port < 0 || port > 65535) throw new IllegalArgumentException("port " + port);
        }
    }

    /** You might want this piece (BEP 6). */
    record SuggestPiece(int piece) implements Message {
        /** @throws IllegalArgumentException if no share has such a piece */
        public SuggestPiece {
            WireLimits.checkPiece(piece);
        }
    }

    /** I have every piece (BEP 6). */
    record HaveAll() implements Message {}

    /** I have no piece (BEP 6). */
    record HaveNone() implements Message {}

    /** This block, which you asked for, will not come (BEP 6). */
    record RejectRequest(int piece, int begin, int length) implements Message {
        /** @throws IllegalArgumentException if no share has such a block */
        public RejectRequest {
            WireLimits.checkBlock(piece, begin, length);
        }
    }

    /** You may ask for this piece even while I choke you (BEP 6). It does not say that I have it. */
    record AllowedFast(int piece) implements Message {
        /** @throws IllegalArgumentException if no share has such a piece */
        public AllowedFast {
            WireLimits.checkPiece(piece);
        }
    }
}
