package shoal.node;

import java.nio.file.Path;
import java.util.List;

/**
 * How a node takes part in the DHT.
 *
 * @param waysIn {@code HOST:PORT} of nodes that let us in; none for the usual ones
 * @param folder where it remembers nodes from one time to the next
 */
public record DhtSettings(List<String> waysIn, Path folder) {
    /** Public ones, run by makers of other clients. */
    static final List<String> USUAL =
            List.of("router.bittorrent.com:6881", "dht.libtorrent.org:25401", "dht.transmissionbt.com:6881");

    /** Copies the list. */
    public DhtSettings {
        waysIn = List.copyOf(waysIn);
    }
}
