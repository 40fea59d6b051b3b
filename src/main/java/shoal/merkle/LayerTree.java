package shoal.merkle;

import java.util.Arrays;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * All nodes from one complete layer up to the node that spans it. Unchangeable; takes twice the room of its layer.
 * Nodes behind the last real one are padding and take none.
 */
public final class LayerTree {
    private final int base;
    private final HashList[] layers;

    /**
     * The tree above {@code hashes}, nodes of layer {@code base}, up to layer {@code top}.
     *
     * @throws IllegalArgumentException if they do not fit below one node of layer {@code top}
     */
    public LayerTree(HashList hashes, int base, int top) {
        if (top < base || hashes.size() > 1L << (top - base)) {
            throw new IllegalArgumentException(
                    hashes.size() + " nodes of layer " + base + " do not fit below one of layer " + top);
        }
        this.base = base;
        layers = new HashList[top - base + 1];
        layers[0] = hashes;
        var hasher = new NodeHasher();
        for (int i = 1; i < layers.length; i++) {
            byte[] nodes = layers[i - 1].bytes();
            int parents = hasher.parents(nodes, layers[i - 1].size(), Merkle.pad(base + i - 1));
            layers[i] = HashList.wrap(Arrays.copyOf(nodes, parents * Hash.BYTES));
        }
    }

    /** The lowest layer whose nodes are here. */
    public int base() {
        return base;
    }

    /** The layer of the one node that spans everything. */
    public int top() {
        return base + layers.length - 1;
    }

    /** The node that spans everything. */
    public Hash root() {
        return node(top(), 0);
    }

    /** The node {@code index} of {@code layer}, which is padding behind the last real one. */
    public Hash node(int layer, long index) {
        HashList nodes = layers[layer - base];
        return index < nodes.size() ? nodes.at((int) index) : Merkle.pad(layer);
    }
}
