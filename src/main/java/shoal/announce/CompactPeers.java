package shoal.announce;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import shoal.bytes.Endpoint;

/**
 * An unchangeable row of peers in the compact form of BEP 23 (IPv4) and BEP 7 (IPv6): what a reply carries, so that a
 * tracker that hands out millions of peers makes no object for each.
 */
public final class CompactPeers {
    /** No peers. */
    public static final CompactPeers NONE = new CompactPeers(new byte[0], new byte[0]);

    private final byte[] fours;
    private final byte[] sixes;

    private CompactPeers(byte[] fours, byte[] sixes) {
        this.fours = fours;
        this.sixes = sixes;
    }

    /** These peers; the IPv4 ones come first. */
    public static CompactPeers of(Collection<Endpoint> peers) {
        var builder = new Builder(peers.size());
        peers.forEach(builder::add);
        return builder.build();
    }

    /** The number of peers. */
    public int size() {
        return fours.length / Endpoint.COMPACT_4 + sixes.length / Endpoint.COMPACT_6;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return fours.length + sixes.length == 0;
    }

    /** The IPv4 peers, 6 bytes each, in a new array. */
    public byte[] fours() {
        return fours.clone();
    }

    /** The IPv6 peers, 18 bytes each, in a new array. */
    public byte[] sixes() {
        return sixes.clone();
    }

    /** Writes the peers whose addresses have {@code addressBytes} (4 or 16). */
    void write(ByteBuffer out, int addressBytes) {
        out.put(addressBytes == 4 ? fours : sixes);
    }

    /** The peers one by one, the IPv4 ones first. */
    public List<Endpoint> list() {
        var list = new ArrayList<Endpoint>(size());
        ByteBuffer in = ByteBuffer.wrap(fours);
        while (in.hasRemaining()) list.add(Endpoint.read(in, 4));
        in = ByteBuffer.wrap(sixes);
        while (in.hasRemaining()) list.add(Endpoint.read(in, 16));
        return list;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CompactPeers peers
                && Arrays.equals(fours, peers.fours)
                && Arrays.equals(sixes, peers.sixes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(fours) * 31 + Arrays.hashCode(sixes);
    }

    @Override
    public String toString() {
        return list().toString();
    }

    /** Collects peers, up to a number known before. */
    public static final class Builder {
        private final int most;
        private final ByteBuffer fours;
        private ByteBuffer sixes = ByteBuffer.allocate(0);

        /** For at most {@code most} peers. */
        public Builder(int most) {
            this.most = most;
            this.fours = ByteBuffer.allocate(most * Endpoint.COMPACT_4);
        }

        /** Adds a peer. */
        public void add(Endpoint peer) {
            peer.write(peer.isIpv4() ? fours : sixes());
        }

        /** Adds an IPv4 peer by the bits of its address. */
        public void add(int address, int port) {
            fours.putInt(address).putShort((short) port);
        }

        /** Adds an IPv6 peer by the upper and lower half of its address. */
        public void add(long upper, long lower, int port) {
            sixes().putLong(upper).putLong(lower).putShort((short) port);
        }

        private ByteBuffer sixes() {
            // most trackers and swarms have none
            if (sixes.capacity() == 0) sixes = ByteBuffer.allocate(most * Endpoint.COMPACT_6);
            return sixes;
        }

        /** The peers added so far. */
        public CompactPeers build() {
            return new CompactPeers(
                    Arrays.copyOf(fours.array(), fours.position()), Arrays.copyOf(sixes.array(), sixes.position()));
        }
    }
}
