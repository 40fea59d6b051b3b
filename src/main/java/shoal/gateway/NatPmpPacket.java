package shoal.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** The bytes of the two questions of NAT-PMP (RFC 6886, 3.2 and 3.3), and of their answers. */
final class NatPmpPacket {
    private static final int ANSWER = 0x80;
    private static final String[] REASONS = {
        "", "speaks another version", "does not allow it", "has no network itself", "has no room for it",
        "knows no mappings"
    };

    private NatPmpPacket() {}

    /** Asks for the router's address outside. */
    static byte[] addressQuestion() {
        return new byte[2];
    }

    /** Asks for a mapping; a lifetime of zero gives it up. */
    static byte[] question(Wish wish) {
        boolean gives = !wish.lifetime().isZero();
        return ByteBuffer.allocate(12)
                .put((byte) 0).put((byte) operation(wish)).putShort((short) 0)
                .putShort((short) wish.port()).putShort((short) (gives ? wish.outside() : 0))
                .putInt((int) wish.lifetime().toSeconds())
                .array();
    }

    private static int operation(Wish wish) {
        return wish.protocol() == Protocol.UDP ? 1 : 2;
    }

    /**
     * The router's address outside.
     *
     * @return nothing if it is no answer to this question
     * @throws GatewayException if it is no
     */
    static Optional<InetAddress> address(byte[] bytes) throws GatewayException {
        if (!answers(bytes, 0) || bytes.length != 12) return Optional.empty();
        var address = new byte[4];
        ByteBuffer.wrap(bytes).get(8, address);
        try {
            return Optional.of(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }

    /**
     * A mapping, without the address.
     *
     * @return nothing if it is no answer to this question
     * @throws GatewayException if it is no
     */
    static Optional<Mapped> answer(byte[] bytes, Wish wish) throws GatewayException {
        if (!answers(bytes, operation(wish)) || bytes.length != 16) return Optional.empty();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (Short.toUnsignedInt(in.getShort(8)) != wish.port()) return Optional.empty();
        if (wish.lifetime().isZero()) return Optional.of(new Mapped(wish.outside(), Optional.empty(), Duration.ZERO));
        int outside = Short.toUnsignedInt(in.getShort(10));
        long lifetime = Integer.toUnsignedLong(in.getInt(12));
        if (outside == 0 || lifetime == 0) return Optional.empty();
        return Optional.of(new Mapped(outside, Optional.empty(), Duration.ofSeconds(lifetime)));
    }

    private static boolean answers(byte[] bytes, int operation) throws GatewayException {
        if (bytes.length < 8 || bytes[0] != 0 || bytes[1] != (byte) (ANSWER | operation)) return false;
        int result = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(2));
        if (result != 0) throw new GatewayException(result < REASONS.length ? REASONS[result] : "says no: " + result);
        return true;
    }
}
