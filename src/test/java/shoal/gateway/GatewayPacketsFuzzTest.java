package shoal.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes from a router is a mapping to our port within limits, a refusal of one line, or nothing. */
final class GatewayPacketsFuzzTest {
    private static final Wish WISH = new Wish(Protocol.TCP, 6881, 6881, Duration.ofHours(1));
    private static final byte[] NONCE = new byte[PcpPacket.NONCE];

    static Stream<byte[]> datagrams() {
        byte[] pcp = PcpPacket.question(WISH, InetAddress.ofLiteral("10.0.0.2"), NONCE);
        pcp[1] = (byte) 0x81;
        pcp[3] = 0;
        return Stream.of(pcp, HexFormat.of().parseHex("008200000000b3a01ae11ae100000e10"),
                HexFormat.of().parseHex("008000000000b3a02d4f0001"));
    }

    @MethodSource("datagrams")
    @FuzzTest(maxDuration = "25s")
    void readsOrIgnores(byte[] bytes) {
        check(() -> PcpPacket.answer(bytes, WISH, NONCE));
        check(() -> NatPmpPacket.answer(bytes, WISH));
        check(() -> NatPmpPacket.address(bytes).map(address ->
                new Mapped(1, Optional.of(address), GatewayLimits.LIFETIME)));
    }

    private interface Reading {
        Optional<Mapped> read() throws GatewayException;
    }

    private static void check(Reading reading) {
        try {
            reading.read().ifPresent(mapped -> {
                assertEquals(mapped.outside(), mapped.outside() & 0xffff);
                assertFalse(mapped.lifetime().compareTo(GatewayLimits.LEAST_LIFETIME) < 0);
            });
        } catch (GatewayException e) {
            assertFalse(String.valueOf(e.getMessage()).contains("\n"));
        }
    }
}
