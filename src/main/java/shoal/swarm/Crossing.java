package shoal.swarm;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;

/**
 * Where the pieces of another share lie in ours, as far as both have the same files: those of equal root and length,
 * whatever their names. Piece lengths may differ; a block of 16 KiB is one in both, since files begin with a piece.
 * Unchangeable, so any thread may use it.
 */
public final class Crossing {
    /** No place in the other share. */
    static final long NOWHERE = -1;

    private static final int NONE = -1;

    private record Content(Hash root, long length) {
        static Content of(ManifestFile file) {
            return new Content(file.root(), file.length());
        }
    }

    /** The pieces from one number to another, both included; none if the second is the smaller one. */
    record Span(int first, int last) {
        static final Span NOTHING = new Span(0, -1);
    }

    private final Manifest theirs;
    private final Manifest ours;
    private final int[] oursOf;
    private final int[] theirsOf;
    private final Bits common;
    private final MetadataBlocks info;

    private Crossing(Manifest theirs, Manifest ours, int[] oursOf, int[] theirsOf, Bits common) {
        this.theirs = theirs;
        this.ours = ours;
        this.oursOf = oursOf;
        this.theirsOf = theirsOf;
        this.common = common;
        info = new MetadataBlocks(theirs.info());
    }

    /**
     * The crossing of {@code theirs} and {@code ours}; nothing if they have no file in common, or one is private: whom
     * its tracker did not name shall not learn what is in it (BEP 27).
     *
     * @param canonical gives for a piece of ours the one that is kept in its place, see {@code Holdings}
     */
    public static Optional<Crossing> of(Manifest theirs, Manifest ours, IntUnaryOperator canonical) {
        if (theirs.isPrivate() || ours.isPrivate()) return Optional.empty();
        Map<Content, ManifestFile> known = new HashMap<>();
        for (ManifestFile file : ours.files()) {
            if (file.pieceCount() == 0) continue;
            known.putIfAbsent(Content.of(file), ours.fileOf(canonical.applyAsInt(file.firstPiece())));
        }
        var oursOf = new int[theirs.files().size()];
        var theirsOf = new int[ours.files().size()];
        Arrays.fill(oursOf, NONE);
        Arrays.fill(theirsOf, NONE);
        var common = new Bits(ours.pieceCount());
        for (ManifestFile file : theirs.files()) {
            ManifestFile same = known.get(Content.of(file));
            // of files that are alike there one is enough: a block of ours must have one place
            if (same == null || theirsOf[same.index()] != NONE) continue;
            oursOf[file.index()] = same.index();
            theirsOf[same.index()] = file.index();
            for (int piece = same.firstPiece(); piece < same.endPiece(); piece++) common.set(piece);
        }
        return common.isEmpty()
                ? Optional.empty()
                : Optional.of(new Crossing(theirs, ours, oursOf, theirsOf, common));
    }

    /** What the other share is called among peers. */
    public InfoHash hash() {
        return theirs.shortHash();
    }

    /** The other share's info dictionary, for those who ask us for it. */
    MetadataBlocks info() {
        return info;
    }

    int ourPieces() {
        return ours.pieceCount();
    }

    int theirPieces() {
        return theirs.pieceCount();
    }

    /** Whether each of these pieces of ours that the other share has, too, is among {@code pieces}. */
    boolean isAll(Bits pieces) {
        return !common.hasMoreThan(pieces);
    }

    /** Our pieces that have bytes of a piece of theirs. */
    Span ours(int theirPiece) {
        return span(theirs, theirPiece, ours, oursOf);
    }

    /** Their pieces that have bytes of a piece of ours. */
    Span theirs(int ourPiece) {
        return span(ours, ourPiece, theirs, theirsOf);
    }

    private static Span span(Manifest from, int piece, Manifest to, int[] files) {
        int there = files[from.fileOf(piece).index()];
        if (there == NONE) return Span.NOTHING;
        ManifestFile file = to.files().get(there);
        long start = from.pieceOffset(piece);
        long end = start + from.pieceSize(piece) - 1;
        return new Span(file.firstPiece() + (int) (start / to.pieceLength()),
                file.firstPiece() + (int) (end / to.pieceLength()));
    }

    /** The place of ours, for {@link #piece} and {@link #begin}, of bytes of theirs; or {@link #NOWHERE}. */
    long toOurs(int theirPiece, int begin, int length) {
        return across(theirs, theirPiece, begin, length, ours, oursOf);
    }

    /** The place of theirs, for {@link #piece} and {@link #begin}, of bytes of ours; or {@link #NOWHERE}. */
    long toTheirs(int ourPiece, int begin, int length) {
        return across(ours, ourPiece, begin, length, theirs, theirsOf);
    }

    /** Bytes that would lie in two pieces there, or behind the last one, have no place. */
    private static long across(Manifest from, int piece, int begin, int length, Manifest to, int[] files) {
        if (piece < 0 || piece >= from.pieceCount() || begin < 0 || begin >= from.pieceLength()) return NOWHERE;
        int there = files[from.fileOf(piece).index()];
        if (there == NONE) return NOWHERE;
        ManifestFile file = to.files().get(there);
        long offset = from.pieceOffset(piece) + begin;
        if (offset >= file.length()) return NOWHERE;
        int within = (int) (offset % to.pieceLength());
        if (within + length > to.pieceLength()) return NOWHERE;
        return (long) (file.firstPiece() + (int) (offset / to.pieceLength())) << 32 | within;
    }

    static int piece(long place) {
        return (int) (place >>> 32);
    }

    static int begin(long place) {
        return (int) place;
    }

    /** The piece of theirs in which a block of ours lies, or -1. */
    int theirPieceOf(int ourPiece, int block) {
        long place = toTheirs(ourPiece, block << Merkle.BLOCK_BITS, 1);
        return place == NOWHERE ? -1 : piece(place);
    }
}
