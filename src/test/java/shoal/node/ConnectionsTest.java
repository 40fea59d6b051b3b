package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import shoal.node.Connections.Limits;
import shoal.node.Connections.Room;

/** Who gets a place at a node, and who is turned away. */
final class ConnectionsTest {
    private final List<SocketChannel> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (SocketChannel each : open) each.close();
    }

    private SocketChannel socket() throws IOException {
        SocketChannel socket = SocketChannel.open();
        open.add(socket);
        return socket;
    }

    private Room come(Connections node, String address) throws IOException {
        return node.incoming(socket(), InetAddress.ofLiteral(address));
    }

    @Test
    void oneAddressTakesItsShareAndLeavesTheRest() throws IOException {
        var node = new Connections(Limits.USUAL);
        for (int i = 0; i < NodeLimits.FROM_ONE_ADDRESS; i++) assertEquals(Room.TAKEN, come(node, "192.0.2.1"));
        assertEquals(Room.NONE_FOR_ADDRESS, come(node, "192.0.2.1"));
        assertEquals(Room.TAKEN, come(node, "192.0.2.2"));
        open.getFirst().close();
        assertEquals(Room.TAKEN, come(node, "192.0.2.1"));
        assertEquals(Room.NONE_FOR_ADDRESS, come(node, "192.0.2.1"));
    }

    @Test
    void oneNetworkOfIpv6IsOneAddress() throws IOException {
        var node = new Connections(new Limits(100, 100, 2, true));
        assertEquals(Room.TAKEN, come(node, "2001:db8:0:1::1"));
        assertEquals(Room.TAKEN, come(node, "2001:db8:0:1:ffff::2"));
        assertEquals(Room.NONE_FOR_ADDRESS, come(node, "2001:db8:0:1:1:2:3:4"));
        assertEquals(Room.TAKEN, come(node, "2001:db8:0:2::1"));
    }

    @Test
    void thisMachineIsNotCountedByAddress() throws IOException {
        var node = new Connections(new Limits(10, 5, 2, true));
        for (int i = 0; i < 5; i++) assertEquals(Room.TAKEN, come(node, i % 2 == 0 ? "127.0.0.1" : "::1"));
        assertEquals(Room.NONE, come(node, "127.0.0.1"));
    }

    @Test
    void whoComesLeavesRoomForThoseThatWeWantToMeet() throws IOException {
        var node = new Connections(new Limits(5, 3, 10, true));
        for (int i = 0; i < 3; i++) assertEquals(Room.TAKEN, come(node, "192.0.2." + i));
        assertEquals(Room.NONE, come(node, "192.0.2.9"));
        assertTrue(node.outgoing(socket()));
        assertTrue(node.outgoing(socket()));
        assertFalse(node.outgoing(socket()));
        open.getFirst().close();
        assertTrue(node.outgoing(socket()));
        assertEquals(Room.NONE, come(node, "192.0.2.9"));
    }

    /** Ten thousand come and go, a few at a time. */
    @Test
    void whoHasGoneTakesNoPlace() throws IOException {
        var node = new Connections(new Limits(20, 10, 3, true));
        for (int i = 0; i < 10_000; i++) {
            assertEquals(Room.TAKEN, come(node, "192.0.2." + i % 4), i + "");
            if (open.size() > 2) open.removeFirst().close();
        }
    }
}
