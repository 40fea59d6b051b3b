package shoal.swarm;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bencode.BString;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.wire.ExtensionMessage.MetadataData;
import shoal.wire.ExtensionMessage.MetadataReject;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;

/** What a peer does to what it sends. All but {@link #NONE} play foul, or are of no use. */
enum Mischief {
    NONE,
    /** Every block is bad. */
    ALWAYS,
    /** One block of twenty is bad. */
    SOMETIMES,
    /** The last block of a piece is bad. */
    LAST_BLOCK,
    /** Honest for the first half of the pieces, and never after. */
    SECOND_HALF,
    /** Blocks are right, but stand where others belong. */
    SWAPPED,
    /** One block of four is bad, and it gives no leaves that would tell. */
    SILENT,
    /** Two of these send bad blocks by turns, so that neither is alone, and give no leaves. */
    EVEN_BLOCKS,
    ODD_BLOCKS,
    /** Hashes have one bit flipped. */
    BAD_PROOFS,
    /** The info dictionary has one bit flipped. */
    WRONG_METADATA,
    /** Takes requests and answers none. */
    STALLS,
    /** Has everything and gives nothing. */
    NEVER_UNCHOKES,
    /** Rejects every request. */
    REJECTS,
    /** Chokes and unchokes all the time. */
    FLAPS,
    /** Never answers a request for hashes or metadata. */
    MUTE;

    boolean isFoul() {
        return this != NONE;
    }

    /** What a block consists of on its way; nothing if it is not sent. */
    @Nullable Hash block(SimContent content, int piece, int block, Hash right, RandomGenerator random) {
        int last = content.manifest.blocksIn(piece) - 1;
        boolean lies = switch (this) {
            case ALWAYS -> true;
            case SOMETIMES -> random.nextInt(20) == 0;
            case LAST_BLOCK -> block == last;
            case SECOND_HALF -> piece >= content.manifest.pieceCount() / 2;
            case SWAPPED -> last > 0;
            case SILENT -> random.nextInt(4) == 0;
            case EVEN_BLOCKS -> (block & 1) == 0;
            case ODD_BLOCKS -> (block & 1) == 1;
            case STALLS -> {
                yield false;
            }
            case NONE, BAD_PROOFS, WRONG_METADATA, NEVER_UNCHOKES, REJECTS, FLAPS, MUTE -> false;
        };
        if (this == STALLS) return null;
        if (!lies) return right;
        return this == SWAPPED ? content.leaf(piece, (block + 1) % (last + 1)) : SimContent.anyHash(random);
    }

    /** What becomes of a message on its way out; nothing if it is not sent. */
    @Nullable Message said(Message message) {
        return switch (this) {
            case NEVER_UNCHOKES -> message instanceof Message.Unchoke ? null : message;
            case SILENT, EVEN_BLOCKS, ODD_BLOCKS ->
                message instanceof Hashes hashes && hashes.request().base() == 0
                        ? new HashReject(hashes.request()) : message;
            case BAD_PROOFS -> message instanceof Hashes hashes ? spoiled(hashes) : message;
            case WRONG_METADATA -> message instanceof MetadataData data ? spoiled(data) : message;
            case MUTE -> isAnswer(message) ? null : message;
            case NONE, ALWAYS, SOMETIMES, LAST_BLOCK, SECOND_HALF, SWAPPED, STALLS, REJECTS, FLAPS -> message;
        };
    }

    private static boolean isAnswer(Message message) {
        return message instanceof Hashes || message instanceof HashReject || message instanceof MetadataData
                || message instanceof MetadataReject;
    }

    private static Hashes spoiled(Hashes right) {
        HashRequest request = right.request();
        byte[] bytes = right.hashes().bytes();
        bytes[bytes.length / 2] ^= 4;
        return new Hashes(request, HashList.wrap(bytes));
    }

    private static MetadataData spoiled(MetadataData right) {
        byte[] bytes = right.data().bytes();
        bytes[bytes.length / 2] ^= 4;
        return new MetadataData(right.block(), right.totalSize(), BString.wrap(bytes));
    }
}
