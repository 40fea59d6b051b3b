package shoal.tracker;

import java.net.Inet4Address;
import java.net.InetAddress;

/** What of its peers a reply can carry, and so which of them are drawn for it. */
enum PeerForm {
    /** Addresses of both kinds. */
    COMPACT(Integer.MAX_VALUE),
    /** Addresses of both kinds and peer ids. */
    WITH_IDS(Integer.MAX_VALUE),
    /** IPv4 addresses in one UDP packet. */
    PACKET_4(200),
    /** IPv6 addresses in one UDP packet. */
    PACKET_6(67);

    private final int most;

    PeerForm(int most) {
        this.most = most;
    }

    /** How the peers go to this address in a UDP packet: only those of its kind, and as many as fit. */
    static PeerForm packetTo(InetAddress address) {
        return address instanceof Inet4Address ? PACKET_4 : PACKET_6;
    }

    /** How many there is room for. */
    int most() {
        return most;
    }

    /** Whether it is a UDP packet. */
    boolean isPacket() {
        return this == PACKET_4 || this == PACKET_6;
    }

    /** Whether there is room for this one at all. */
    boolean takes(Peer peer) {
        return !isPacket() || peer.isIpv4() == (this == PACKET_4);
    }
}
