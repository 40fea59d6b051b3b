package shoal.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that follow from addresses (BEP 42). */
final class SecureIdTest {
    private static NodeId id(String hex) {
        return NodeId.of(HexFormat.of().parseHex(hex));
    }

    /** The vectors of the BEP. */
    @ParameterizedTest
    @CsvSource({
        "124.31.75.21, 5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401",
        "21.75.31.124, 5a3ce9c14e7a08645677bbd1cfe7d8f956d53256",
        "65.23.51.170, a5d43220bc8f112a3d426c84764f8c2a1150e616",
        "84.124.73.14, 1b0321dd1bb1fe518101ceef99462b947a01ff41",
        "43.213.53.83, e56f6cbf5b7c4be0237986d5243b87aa6d51305a",
    })
    void fitsTheAddressesOfTheBep(String address, String hex) {
        assertTrue(SecureId.fits(id(hex), InetAddress.ofLiteral(address)));
        assertFalse(SecureId.fits(id(hex), InetAddress.ofLiteral("124.31.75.22")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"124.31.75.21", "8.8.8.8", "2a01:4f8:1::1", "2001:db8::2"})
    void makesIdsThatFit(String text) {
        InetAddress address = InetAddress.ofLiteral(text);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            NodeId id = SecureId.of(address, random);
            assertTrue(SecureId.fits(id, address));
            assertFalse(SecureId.fits(id.neighbour(i % 21, random), address), "each of the first 21 bits counts");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.7.7", "169.254.1.1", "::1", "fe80::1",
        "fd00::1"})
    void letsAnyIdBeAtAnAddressOfALocalNetwork(String text) {
        assertTrue(SecureId.fits(id("00".repeat(20)), InetAddress.ofLiteral(text)));
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, 9.9.9.9, true", "8.8.8.8, 127.0.0.1, false", "8.8.8.8, 192.168.1.1, false",
        "192.168.1.1, 192.168.1.2, true", "192.168.1.1, 127.0.0.1, false", "127.0.0.1, 127.0.0.1, true",
        "10.0.0.1, 8.8.8.8, true",
    })
    void believesNobodyOutsideWhoNamesAddressesInside(String teller, String told, boolean expected) {
        assertEquals(expected, SecureId.mayTell(InetAddress.ofLiteral(teller), InetAddress.ofLiteral(told)));
    }

    @Test
    void comparesByTheFirstBitThatDiffers() {
        NodeId zero = id("00".repeat(20));
        var random = new SplittableRandom(2);
        for (int bits = 0; bits < NodeId.BITS; bits++) {
            NodeId near = zero.neighbour(bits, random);
            assertEquals(bits, zero.commonBits(near));
            assertTrue(bits == 0 || zero.compareDistance(near, zero.neighbour(bits - 1, random)) < 0);
        }
        assertEquals(NodeId.BITS, zero.commonBits(zero));
    }
}
