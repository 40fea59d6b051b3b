package shoal.storage;

import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * What a file's bytes are known by.
 *
 * @param root its root; {@link Hash#ZERO} if it is empty
 * @param layer its piece layer; empty if it is not longer than a piece
 */
public record HashedFile(Hash root, HashList layer) {}
