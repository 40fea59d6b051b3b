package shoal.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:6881, 192.0.2.1:6881",
        "255.255.255.255:65535, 255.255.255.255:65535",
        "[2001:db8::1]:1, [2001:db8:0:0:0:0:0:1]:1",
        "[::1]:6881, [0:0:0:0:0:0:0:1]:6881",
        "[::ffff:192.0.2.1]:80, 192.0.2.1:80",
    })
    void parsesAddressesAndPorts(String text, String shown) {
        Endpoint endpoint = Endpoint.parse(text);
        assertEquals(shown, endpoint.toString());
        assertEquals(endpoint, Endpoint.parse(shown));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", ":", ":80", "host:80", "localhost:80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4:-1",
        "1.2.3.4:+80", "1.2.3.4:٩", "1.2.3.4:0000080", "::1:80", "[::1]", "[::1:80", "[]:80", "127.1:80", "6881:6881",
        "1.2.3:4", "1.2.3.4.5:6", "1.2.3.256:4", "0x7f.0.0.1:4", " 1.2.3.4:5", "1.2.3.4 :5", "[host]:5"
    })
    void refusesAllElseWithoutAskingForAName(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("not an address and port like"), message);
    }

    @Test
    void hasTheCompactBytesOfTrackersAndPeers() {
        var out = ByteBuffer.allocate(Endpoint.COMPACT_4 + Endpoint.COMPACT_6);
        Endpoint.parse("10.1.2.3:6881").write(out);
        Endpoint.parse("[2001:db8::2]:65535").write(out);
        assertFalse(out.hasRemaining());
        assertArrayEquals(new byte[] {10, 1, 2, 3, 0x1a, (byte) 0xe1}, Arrays.copyOf(out.array(), 6));
        out.flip();
        assertEquals(Endpoint.parse("10.1.2.3:6881"), Endpoint.read(out, 4));
        assertEquals(Endpoint.parse("[2001:db8::2]:65535"), Endpoint.read(out, 16));
    }

    @Test
    void refusesCompactBytesWithPortZeroOrTooFew() {
        assertThrows(IllegalArgumentException.class, () -> Endpoint.read(ByteBuffer.allocate(6), 4));
        assertThrows(BufferUnderflowException.class, () -> Endpoint.read(ByteBuffer.allocate(5), 4));
        assertThrows(IllegalArgumentException.class, () -> Endpoint.read(ByteBuffer.allocate(12), 5));
    }

    @Test
    void knowsWhereNobodyCanBeReached() {
        assertFalse(Endpoint.parse("0.0.0.0:1").isReachable());
        assertFalse(Endpoint.parse("0.1.2.3:1").isReachable());
        assertFalse(Endpoint.parse("240.0.0.1:1").isReachable());
        assertFalse(Endpoint.parse("255.255.255.255:1").isReachable());
        assertFalse(Endpoint.parse("[::]:1").isReachable());
        assertFalse(Endpoint.parse("239.192.152.143:6771").isReachable());
        assertFalse(Endpoint.parse("[ff15::efc0:988f]:6771").isReachable());
        assertTrue(Endpoint.parse("127.0.0.1:1").isReachable());
    }

    @Test
    void takesResolvedSocketAddressesOnly() {
        var resolved = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 7);
        assertEquals(Endpoint.parse("127.0.0.1:7"), Endpoint.of(resolved));
        var unresolved = InetSocketAddress.createUnresolved("example.org", 7);
        assertThrows(IllegalArgumentException.class, () -> Endpoint.of(unresolved));
    }
}
