package shoal.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import shoal.bytes.Bits;
import shoal.wire.ExtendedHandshake;
import shoal.wire.ExtensionMessage.DontHave;
import shoal.wire.ExtensionMessage.MetadataData;
import shoal.wire.ExtensionMessage.MetadataReject;
import shoal.wire.ExtensionMessage.MetadataRequest;
import shoal.wire.ExtensionMessage.UploadOnly;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;
import shoal.wire.PeerExchange;
import shoal.wire.PeerFault;

/**
 * A peer of another share's swarm, which has files of ours: what it says of its pieces, said of ours, and the other way
 * round. So it is a peer like any other to the swarm, and a block is asked for once, whoever has it. Hashes need no
 * translation, since they are asked for by a file's root. The swarm's thread alone uses it.
 *
 * <p>Where its pieces are shorter it may have a part of a piece of ours; it then counts as having that piece, and
 * {@link #has} tells which blocks it has of it.
 */
final class Crossed {
    private final Crossing crossing;

    /** The pieces that it has, in its own numbers. */
    private final Bits theirs;

    /** The pieces that it knows us to have, in our numbers. */
    private final Bits told;

    Crossed(Crossing crossing) {
        this.crossing = crossing;
        theirs = new Bits(crossing.theirPieces());
        told = new Bits(crossing.ourPieces());
    }

    Crossing crossing() {
        return crossing;
    }

    /** What it takes for the share's info dictionary. */
    MetadataBlocks info() {
        return crossing.info();
    }

    /** Whether it has this block of ours. */
    boolean has(int piece, int block) {
        int there = crossing.theirPieceOf(piece, block);
        return there >= 0 && theirs.has(there);
    }

    /** Whether it has all of a piece of ours. */
    boolean hasWhole(int piece) {
        return isAll(crossing.theirs(piece), theirs);
    }

    private static boolean isAll(Crossing.Span span, Bits pieces) {
        for (int piece = span.first(); piece <= span.last(); piece++) {
            if (!pieces.has(piece)) return false;
        }
        return span.first() <= span.last();
    }

    private static boolean isAny(Crossing.Span span, Bits pieces) {
        int next = span.first() <= span.last() ? pieces.nextSet(span.first()) : -1;
        return next >= 0 && next <= span.last();
    }

    /** What a message of its means of our pieces; {@code answer} takes what is to be said to it at once. */
    List<Message> heard(Message message, boolean fast, Consumer<Message> answer) throws PeerFault {
        return switch (message) {
            case Message.Have(int piece) -> has(piece);
            case Message.Bitfield bitfield -> hasAll(bitfield.bits(theirs.size()));
            case Message.HaveAll() -> {
                var all = new Bits(theirs.size());
                all.fill();
                yield hasAll(all);
            }
            case DontHave(int piece) -> lost(piece);
            case Message.Request request -> asked(request, fast, answer);
            case Message.Cancel(int piece, int begin, int length) -> {
                long ours = crossing.toOurs(piece, begin, length);
                yield ours == Crossing.NOWHERE
                        ? List.of()
                        : List.of(new Message.Cancel(Crossing.piece(ours), Crossing.begin(ours), length));
            }
            case Message.RejectRequest(int piece, int begin, int length) -> {
                long ours = crossing.toOurs(piece, begin, length);
                yield ours == Crossing.NOWHERE
                        ? List.of()
                        : List.of(new Message.RejectRequest(Crossing.piece(ours), Crossing.begin(ours), length));
            }
            case Message.KeepAlive _, Message.Choke _, Message.Unchoke _, Message.Interested _,
                    Message.NotInterested _, Message.Port _, Message.SuggestPiece _, Message.HaveNone _,
                    Message.AllowedFast _, HashRequest _, Hashes _, HashReject _, ExtendedHandshake _, PeerExchange _,
                    MetadataRequest _, MetadataData _, MetadataReject _, UploadOnly _ -> List.of(message);
        };
    }

    private List<Message> has(int piece) throws PeerFault {
        if (piece >= theirs.size()) throw new PeerFault("has piece " + piece + ", which does not exist");
        if (!theirs.set(piece)) return List.of();
        var words = new ArrayList<Message>();
        Crossing.Span ours = crossing.ours(piece);
        for (int each = ours.first(); each <= ours.last(); each++) words.add(new Message.Have(each));
        return words;
    }

    private List<Message> hasAll(Bits pieces) {
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) theirs.set(piece);
        var ours = new Bits(crossing.ourPieces());
        for (int piece = theirs.nextSet(0); piece >= 0; piece = theirs.nextSet(piece + 1)) {
            Crossing.Span span = crossing.ours(piece);
            for (int each = span.first(); each <= span.last(); each++) ours.set(each);
        }
        return List.of(Message.Bitfield.of(ours));
    }

    private List<Message> lost(int piece) {
        if (piece >= theirs.size() || !theirs.clear(piece)) return List.of();
        var words = new ArrayList<Message>();
        Crossing.Span ours = crossing.ours(piece);
        for (int each = ours.first(); each <= ours.last(); each++) {
            if (!isAny(crossing.theirs(each), theirs)) words.add(new DontHave(each));
        }
        return words;
    }

    /** What lies in no file of ours, or not within one piece, is refused: nobody who knows our haves asks for it. */
    private List<Message> asked(Message.Request request, boolean fast, Consumer<Message> answer) throws PeerFault {
        if (request.piece() >= theirs.size()) {
            throw new PeerFault("asked for a block of piece " + request.piece() + ", which does not exist");
        }
        long ours = crossing.toOurs(request.piece(), request.begin(), request.length());
        if (ours != Crossing.NOWHERE) {
            return List.of(new Message.Request(Crossing.piece(ours), Crossing.begin(ours), request.length()));
        }
        if (fast) answer.accept(new Message.RejectRequest(request.piece(), request.begin(), request.length()));
        return List.of();
    }

    /** How a message of ours is said to it. */
    List<Message> said(Message message) {
        return switch (message) {
            case Message.Have(int piece) -> told(piece);
            case Message.HaveAll() -> {
                told.fill();
                yield List.of(pieces());
            }
            case Message.Bitfield bitfield -> {
                Bits ours = Bits.ofWire(bitfield.bytes().bytes(), told.size());
                for (int piece = ours.nextSet(0); piece >= 0; piece = ours.nextSet(piece + 1)) told.set(piece);
                yield List.of(pieces());
            }
            case DontHave(int piece) -> {
                told.clear(piece);
                var words = new ArrayList<Message>();
                Crossing.Span span = crossing.theirs(piece);
                for (int each = span.first(); each <= span.last(); each++) {
                    words.add(new DontHave(each));
                }
                yield words;
            }
            case Message.Request(int piece, int begin, int length) -> {
                long there = place(piece, begin, length);
                yield List.of(new Message.Request(Crossing.piece(there), Crossing.begin(there), length));
            }
            case Message.Cancel(int piece, int begin, int length) -> {
                long there = place(piece, begin, length);
                yield List.of(new Message.Cancel(Crossing.piece(there), Crossing.begin(there), length));
            }
            case Message.RejectRequest(int piece, int begin, int length) -> {
                long there = place(piece, begin, length);
                yield List.of(new Message.RejectRequest(Crossing.piece(there), Crossing.begin(there), length));
            }
            case Message.KeepAlive _, Message.Choke _, Message.Unchoke _, Message.Interested _,
                    Message.NotInterested _, Message.Port _, Message.SuggestPiece _, Message.HaveNone _,
                    Message.AllowedFast _, HashRequest _, Hashes _, HashReject _, ExtendedHandshake _, PeerExchange _,
                    MetadataRequest _, MetadataData _, MetadataReject _, UploadOnly _ -> List.of(message);
        };
    }

    private long place(int piece, int begin, int length) {
        long there = crossing.toTheirs(piece, begin, length);
        if (there == Crossing.NOWHERE) {
            throw new IllegalStateException(length + " bytes at " + begin + " of piece " + piece
                    + " are said to a peer whose share does not have them");
        }
        return there;
    }

    private List<Message> told(int piece) {
        told.set(piece);
        var words = new ArrayList<Message>();
        Crossing.Span span = crossing.theirs(piece);
        for (int each = span.first(); each <= span.last(); each++) {
            if (isAll(crossing.ours(each), told)) words.add(new Message.Have(each));
        }
        return words;
    }

    private Message pieces() {
        var pieces = new Bits(theirs.size());
        for (int piece = told.nextSet(0); piece >= 0; piece = told.nextSet(piece + 1)) {
            Crossing.Span span = crossing.theirs(piece);
            for (int each = span.first(); each <= span.last(); each++) {
                if (isAll(crossing.ours(each), told)) pieces.set(each);
            }
        }
        return Message.Bitfield.of(pieces);
    }
}
