package shoal.dht;

import java.net.InetAddress;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/** Ids that follow from addresses, so that nobody can choose where in the DHT to be (BEP 42). Pure. */
final class SecureId {
    private static final int[] MASK_4 = {0x03, 0x0f, 0x3f, 0xff};
    private static final int[] MASK_6 = {0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, 0xff};

    private SecureId() {}

    /** An id that a node at {@code address} may have. */
    static NodeId of(InetAddress address, RandomGenerator random) {
        byte[] id = NodeId.random(random).bytes();
        int crc = crc(address, id[NodeId.BYTES - 1]);
        id[0] = (byte) (crc >>> 24);
        id[1] = (byte) (crc >>> 16);
        id[2] = (byte) (((crc >>> 8) & 0xf8) | (id[2] & 7));
        return NodeId.of(id);
    }

    /** Whether a node at {@code address} may have this id; at an address of a local network it may have any. */
    static boolean fits(NodeId id, InetAddress address) {
        if (isLocal(address)) return true;
        int crc = crc(address, (byte) id.c());
        return (crc >>> 11) == (int) (id.a() >>> 43);
    }

    private static int crc(InetAddress address, byte last) {
        byte[] ip = address.getAddress();
        int[] mask = ip.length == 4 ? MASK_4 : MASK_6;
        var masked = new byte[mask.length];
        for (int i = 0; i < mask.length; i++) masked[i] = (byte) (ip[i] & mask[i]);
        masked[0] |= (byte) ((last & 7) << 5);
        var crc = new CRC32C();
        crc.update(masked);
        return (int) crc.getValue();
    }

    /** Whether an address means something else in another network: it says nothing about who is there. */
    static boolean isLocal(InetAddress address) {
        byte[] ip = address.getAddress();
        boolean isUnique = ip.length == 16 && (ip[0] & 0xfe) == 0xfc;
        return isUnique || address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isSiteLocalAddress();
    }

    /** Whether a node at {@code teller} can know something of {@code told}: nobody outside knows our local network. */
    static boolean mayTell(InetAddress teller, InetAddress told) {
        if (told.isLoopbackAddress()) return teller.isLoopbackAddress();
        return !isLocal(told) || isLocal(teller);
    }
}
