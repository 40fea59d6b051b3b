package shoal.gateway;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Questions and answers in datagrams with one router. The socket is connected: the kernel lets nothing in that comes
 * from elsewhere, and says at once when nobody listens there. One thread; another may close it.
 */
final class Datagrams implements AutoCloseable {
    private final DatagramSocket socket;

    /** To {@code router}, from {@code bind} if that is wanted. */
    Datagrams(InetSocketAddress router, Optional<InetAddress> bind) throws IOException {
        socket = bind.isPresent() ? new DatagramSocket(0, bind.get()) : new DatagramSocket();
        try {
            socket.connect(router);
        } catch (RuntimeException e) {
            socket.close();
            throw new IOException("it cannot be reached", e);
        }
    }

    /** Reads a datagram. */
    interface Reader<T> {
        /** Returns nothing if it is not what is waited for. */
        Optional<T> read(byte[] datagram) throws GatewayException;
    }

    /** The address by which the router knows us, if there is nothing in between. */
    InetAddress ours() {
        return socket.getLocalAddress();
    }

    /** Asks as often as {@code tries} says, and returns the first right answer. */
    <T> T ask(byte[] question, Reader<T> reader, List<Duration> tries) throws IOException {
        int looked = 0;
        for (Duration patience : tries) {
            socket.send(new DatagramPacket(question, question.length));
            long end = System.nanoTime() + patience.toNanos();
            while (looked < GatewayLimits.DATAGRAMS) {
                byte[] came = receive(end);
                if (came.length == 0) break;
                looked++;
                Optional<T> answer = reader.read(came);
                if (answer.isPresent()) return answer.get();
            }
        }
        throw new SocketTimeoutException("it does not answer");
    }

    /** Nothing when the time is over; an empty datagram is as good as none. */
    private byte[] receive(long end) throws IOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (millis <= 0) return new byte[0];
        socket.setSoTimeout((int) millis);
        var packet = new DatagramPacket(new byte[GatewayLimits.DATAGRAM + 1], GatewayLimits.DATAGRAM + 1);
        try {
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException e) {
            return new byte[0];
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
