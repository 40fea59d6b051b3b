package shoal.gateway;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** The bytes of the one question of PCP that is asked, MAP (RFC 6887, 7 and 11), and of its answer. */
final class PcpPacket {
    static final int NONCE = 12;

    private static final int BYTES = 60;
    private static final int VERSION = 2;
    private static final int MAP = 1;
    private static final int ANSWER = 0x80;
    private static final String[] REASONS = {
        "", "speaks another version", "does not allow it", "finds the question malformed", "knows no mappings",
        "knows no such option", "finds an option malformed", "is out of order for now", "has no room for it",
        "does not do that for this protocol", "says that you have too many", "cannot give that port",
        "sees us at another address", "says that there are too many others"
    };

    private PcpPacket() {}

    /** A question by whom has the address {@code client}; a lifetime of zero gives the mapping up. */
    static byte[] question(Wish wish, InetAddress client, byte[] nonce) {
        boolean gives = !wish.lifetime().isZero();
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.put((byte) VERSION).put((byte) MAP).putShort((short) 0).putInt((int) wish.lifetime().toSeconds());
        put(out, client);
        out.put(nonce, 0, NONCE).put((byte) wish.protocol().number()).put(new byte[3]);
        out.putShort((short) wish.port()).putShort((short) (gives ? wish.outside() : 0));
        // no address in particular, of the family that is wanted (RFC 6887, 11.1)
        out.putLong(0).putInt(client instanceof Inet4Address ? 0xffff : 0).putInt(0);
        return out.array();
    }

    private static void put(ByteBuffer out, InetAddress address) {
        if (address instanceof Inet4Address) out.putLong(0).putInt(0xffff);
        out.put(address.getAddress());
    }

    /**
     * What the router answers.
     *
     * @return nothing if it is no answer to this question
     * @throws GatewayException if it is no
     */
    static Optional<Mapped> answer(byte[] bytes, Wish wish, byte[] nonce) throws GatewayException {
        if (bytes.length < 4 || (bytes[1] & ANSWER) == 0) return Optional.empty();
        // one that knows only NAT-PMP says so in its own words (RFC 6887, appendix A)
        if (bytes[0] != VERSION) throw new GatewayException(REASONS[1]);
        if (bytes[1] != (byte) (ANSWER | MAP) || bytes.length > GatewayLimits.DATAGRAM || bytes.length % 4 != 0) {
            return Optional.empty();
        }
        int result = bytes[3] & 0xff;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length >= BYTES && !isAbout(in, wish, nonce)) return Optional.empty();
        if (result != 0) throw new GatewayException(result < REASONS.length ? REASONS[result] : "says no: " + result);
        if (bytes.length < BYTES) return Optional.empty();
        long lifetime = Integer.toUnsignedLong(in.getInt(4));
        int outside = Short.toUnsignedInt(in.getShort(42));
        var address = new byte[16];
        in.get(44, address);
        if (wish.lifetime().isZero()) return Optional.of(new Mapped(wish.outside(), Optional.empty(), Duration.ZERO));
        if (outside == 0 || lifetime == 0) return Optional.empty();
        return Optional.of(new Mapped(outside, address(address), Duration.ofSeconds(lifetime)));
    }

    private static boolean isAbout(ByteBuffer in, Wish wish, byte[] nonce) {
        for (int i = 0; i < NONCE; i++) {
            if (in.get(24 + i) != nonce[i]) return false;
        }
        return in.get(36) == wish.protocol().number() && Short.toUnsignedInt(in.getShort(40)) == wish.port();
    }

    /** An IPv4 one is written as an IPv6 one, and so read. */
    private static Optional<InetAddress> address(byte[] bytes) {
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
