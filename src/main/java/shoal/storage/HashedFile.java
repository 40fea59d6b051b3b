package shoal.storage;

import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.Sha1List;

/**
 * What a file's bytes are known by.
 *
 * @param root its root; {@link Hash#ZERO} if it is empty
 * @param layer its piece layer; empty if it is not longer than a piece
 * @param sha1 what BitTorrent v1 knows its pieces by; empty if that was not asked for
 */
public record HashedFile(Hash root, HashList layer, Sha1List sha1) {
    /** A file that nobody needs to know for BitTorrent v1. */
    public HashedFile(Hash root, HashList layer) {
        this(root, layer, Sha1List.EMPTY);
    }
}
