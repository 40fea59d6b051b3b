package shoal.swarm;

/**
 * What became of a block that a peer sent and was asked for.
 *
 * @param piece number of the piece
 * @param block number of the block within it
 * @param fate what became of it
 */
record BlockReceipt(int piece, int block, Fate fate) {
    enum Fate {
        /** It was missing, and is now on the disk. */
        STORED,
        /** It was there, or on its way from another peer: nothing was written. */
        SPARE,
        /** It does not match its proven leaf: nothing was written, and the sender is known. */
        BAD
    }
}
