package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Endpoint;

/** What neighbours may claim to be; that they find each other is tried between two hosts. */
class NeighboursTest {
    private static List<InetAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(InetAddress::ofLiteral).toList();
    }

    @Test
    void aNeighbourIsAskedWhereItSaysAndByIpv4IfItCan() {
        assertEquals(
                Optional.of(new Neighbours.Neighbour(
                        URI.create("http://10.0.0.2:1234"), new Endpoint(InetAddress.ofLiteral("10.0.0.2"), 6881))),
                Neighbours.neighbour(addresses("fe80::1", "fd00::2", "10.0.0.2"), 1234, "6881"));
        assertEquals(URI.create("http://[fd00:0:0:0:0:0:0:2]:1"),
                Neighbours.neighbour(addresses("fe80::1", "fd00::2"), 1, "65535").orElseThrow().catalogue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "0.0.0.0", "224.0.0.1", "ff02::1", "fe80::1"})
    void nobodySendsUsToOurselvesOrToEverybody(String address) {
        assertEquals(Optional.empty(), Neighbours.neighbour(addresses(address), 80, "6881"));
    }

    @Test
    void portsThatAreNoneMakeNoNeighbour() {
        List<InetAddress> good = addresses("10.0.0.2");
        for (int port : new int[] {0, -1, 65536}) assertEquals(Optional.empty(), Neighbours.neighbour(good, port, "1"));
        for (String peer : List.of("0", "65536", "-1", "", "x", "1000000", "١")) {
            assertEquals(Optional.empty(), Neighbours.neighbour(good, 80, peer), peer);
        }
        assertEquals(Optional.empty(), Neighbours.neighbour(good, 80, null));
        assertEquals(Optional.empty(), Neighbours.neighbour(List.of(), 80, "1"));
    }
}
