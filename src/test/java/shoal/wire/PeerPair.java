package shoal.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Two ends of a real connection over loopback, which have shaken hands. */
record PeerPair(PeerChannel left, PeerChannel right, SocketChannel leftSocket, SocketChannel rightSocket)
        implements AutoCloseable {
    static PeerPair connected() throws IOException {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var left = SocketChannel.open(server.getLocalAddress());
            var right = server.accept();
            return new PeerPair(new PeerChannel(left), new PeerChannel(right), left, right);
        }
    }

    static PeerPair shaken() throws IOException, PeerFault {
        return shaken(Features.OURS, Features.OURS);
    }

    static PeerPair shaken(Features leftCan, Features rightCan) throws IOException, PeerFault {
        PeerPair pair = connected();
        pair.left.send(Bytes.handshake(leftCan, 1));
        pair.right.receiveHead();
        pair.right.send(Bytes.handshake(rightCan, 2));
        pair.left.receiveHandshake();
        pair.right.receiveHandshake();
        return pair;
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
