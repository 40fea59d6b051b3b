package shoal.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Endpoint;

/** Whatever comes, it is read within our limits or refused; what is read survives being written, and no node breaks. */
final class PacketFuzzTest {
    private static final Endpoint SENDER = Endpoint.parse("127.0.0.1:6882");

    static Stream<byte[]> packets() {
        return PacketTest.rows().map(row -> PacketWriter.write(row.packet()));
    }

    @MethodSource("packets")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] bytes) throws PacketException {
        var home = new DhtHome(true, Optional.of(InetAddress.getLoopbackAddress()), Set.of());
        var node = new DhtNode(home, SavedNodes.NOTHING, (to, answer) -> {
            assertEquals(SENDER, to);
            assertTrue(answer.length <= DhtLimits.ANSWER, "an answer of " + answer.length + " bytes");
        }, new SplittableRandom(1), 0);
        node.handle(SENDER, bytes.clone(), 1);
        assertEquals(0, node.nodes(), "nobody is believed who was not asked");
        SavedNodes saved = SavedNodes.read(bytes);
        assertTrue(saved.nodes().size() <= DhtLimits.SAVED);
        Packet packet;
        try {
            packet = PacketReader.read(bytes);
        } catch (PacketException e) {
            return;
        }
        byte[] written = PacketWriter.write(packet);
        assertEquals(packet, PacketReader.read(written));
    }
}
