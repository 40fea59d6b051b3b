package shoal.storage;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/**
 * Asks for the leaves of a piece that we have: the database first, and if it does not know them (or knows them wrongly,
 * for each answer is proven) the file itself.
 */
record LeafQuestion(Store store, Shelf shelf, Holdings holdings, int piece) {
    /** Nobody makes us read and hash more than this for one answer. */
    private static final int MOST = 16 << 20;

    /** Answers on the store's thread. */
    void ask(Consumer<Optional<HashList>> answer) {
        HeldFile file = shelf.of(piece);
        int blocks = shelf.blocks(file, piece);
        store.tell(tables -> {
            Optional<HashList> known = Optional.empty();
            try {
                long content = tables.contents().find(file.file.root(), file.file.length());
                if (content >= 0) known = tables.contents().leaves(content, shelf.firstBlock(file, piece), blocks);
            } catch (SQLException e) {
                // then the file itself is asked
            }
            if (known.isPresent() && shelf.isProof(file, piece, known.get())) answer.accept(known);
            else Thread.ofVirtual().name("leaves " + piece).start(() -> hash(file, answer));
        });
    }

    private void hash(HeldFile file, Consumer<Optional<HashList>> answer) {
        Optional<HashList> found = Optional.empty();
        int size = shelf.size(file, piece);
        if (size <= MOST) {
            try {
                HashList leaves = read(size);
                if (shelf.isProof(file, piece, leaves)) found = Optional.of(leaves);
            } catch (DiskFault e) {
                // the reading has told what is lost
            }
        }
        Optional<HashList> leaves = found;
        store.tell(tables -> answer.accept(leaves));
    }

    private HashList read(int size) throws DiskFault {
        var leaves = new byte[(int) Merkle.blocks(size) * Hash.BYTES];
        var data = new byte[Merkle.BLOCK];
        var hasher = new LeafHasher();
        for (int at = 0; at < size; at += Merkle.BLOCK) {
            int length = Math.min(Merkle.BLOCK, size - at);
            holdings.read(piece, at, ByteBuffer.wrap(data, 0, length));
            hasher.leaf(data, 0, length).write(leaves, (at >> Merkle.BLOCK_BITS) * Hash.BYTES);
        }
        return HashList.wrap(leaves);
    }
}
