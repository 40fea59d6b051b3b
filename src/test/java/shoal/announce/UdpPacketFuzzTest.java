package shoal.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Endpoint;

/** Whatever comes in a packet, it is read within our limits or refused; what is read survives being written. */
final class UdpPacketFuzzTest {
    static Stream<byte[]> packets() {
        String announce = "1122334455667788" + "00000001" + "a1a2a3a4" + "07".repeat(40) + "00".repeat(27) + "02"
                + "00".repeat(8) + "ffffffff" + "1ae1";
        return Stream.of(
                        "00000417271019800000000001020304",
                        announce,
                        announce + "02092f616e6e6f756e6365",
                        "1122334455667788" + "00000002" + "a1a2a3a4" + "07".repeat(60),
                        "0000000001020304fffffffffffffffe",
                        "0000000100000007000007080000000300000002c00002011ae1c6336402c8d5",
                        "000000020000000600000001000000030000000200000000",
                        "00000003000000096e6f")
                .map(HexFormat.of()::parseHex);
    }

    @MethodSource("packets")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] packet) throws AnnounceException {
        request(packet);
        reply(packet, 4);
        reply(packet, 16);
    }

    private static void request(byte[] packet) throws AnnounceException {
        UdpRequest read;
        try {
            read = UdpReader.request(ByteBuffer.wrap(packet));
        } catch (AnnounceException e) {
            return;
        }
        ByteBuffer written = ByteBuffer.allocate(2 * AnnounceLimits.UDP_BYTES);
        UdpWriter.write(read, written);
        assertEquals(read, UdpReader.request(written.flip()));
    }

    private static void reply(byte[] packet, int addressBytes) throws AnnounceException {
        UdpReply read;
        try {
            read = UdpReader.reply(ByteBuffer.wrap(packet), addressBytes);
        } catch (AnnounceException e) {
            return;
        }
        if (read instanceof UdpReply.Announced announced) {
            assertTrue(announced.reply().peers().size() <= AnnounceLimits.REPLY_PEERS);
            assertTrue(announced.reply().peers().list().stream().allMatch(Endpoint::isReachable));
        }
        // what cannot be shown of a reason becomes six characters
        ByteBuffer written = ByteBuffer.allocate(8 + packet.length * 4 + AnnounceLimits.TEXT_CHARACTERS);
        UdpWriter.write(read, written, addressBytes);
        UdpReply again = UdpReader.reply(written.flip(), addressBytes);
        if (!(read instanceof UdpReply.Failed) && !hasMapped(read, addressBytes)) assertEquals(read, again);
    }

    /** An address of IPv4 that was written as one of IPv6 is read as what it is, and goes to nobody of IPv6. */
    private static boolean hasMapped(UdpReply read, int addressBytes) {
        return read instanceof UdpReply.Announced announced && announced.reply().peers().list().stream()
                .anyMatch(peer -> peer.address().getAddress().length != addressBytes);
    }
}
