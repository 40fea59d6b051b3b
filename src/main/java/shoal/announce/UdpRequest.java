package shoal.announce;

import java.util.List;
import shoal.bytes.InfoHash;

/** What a client says to a tracker in one UDP packet (BEP 15). */
public sealed interface UdpRequest {
    /** Stands where a connection id will, in the packet that asks for one. */
    long PROTOCOL = 0x41727101980L;

    /** Comes back in the reply. */
    int transaction();

    /** Asks for a connection id: whoever gets the reply is where he says he is. */
    record Connect(int transaction) implements UdpRequest {}

    /**
     * An announce.
     *
     * @param connection what the tracker gave to this address
     * @param path path and query of the tracker's URL (BEP 41), printable ASCII; empty if it has none
     */
    record Announce(long connection, int transaction, AnnounceRequest request, String path) implements UdpRequest {
        /** @throws IllegalArgumentException if the path is no part of a URL, or longer than a packet carries */
        public Announce {
            if (path.length() > AnnounceLimits.UDP_PATH_BYTES) throw new IllegalArgumentException("a long path");
            if (!path.chars().allMatch(c -> c > ' ' && c < 127)) throw new IllegalArgumentException("a strange path");
        }
    }

    /**
     * A scrape.
     *
     * @param hashes what it asks about, in the order of the reply; 1 to {@link AnnounceLimits#SCRAPE_HASHES}
     */
    record Scrape(long connection, int transaction, List<InfoHash> hashes) implements UdpRequest {
        /** @throws IllegalArgumentException if there is none, or more than fit */
        public Scrape {
            hashes = List.copyOf(hashes);
            if (hashes.isEmpty() || hashes.size() > AnnounceLimits.SCRAPE_HASHES) {
                throw new IllegalArgumentException(hashes.size() + " hashes at once");
            }
        }
    }
}
