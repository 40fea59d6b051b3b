package shoal.tracker;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a server under test that says and hears bytes as they are. */
final class RawClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    /** An HTTP response, its head as one text. */
    record Response(int status, String head, String body) {}

    RawClient(InetSocketAddress server) throws IOException {
        this(server, InetAddress.getLoopbackAddress());
    }

    /** A connection from another of this machine's addresses. */
    RawClient(InetSocketAddress server, InetAddress from) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(server, 10_000);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        return this;
    }

    RawClient get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: t\r\n\r\n");
    }

    /** The next response; its body is as long as it says, or goes to the end. */
    Response receive() throws IOException {
        String head = receiveHead();
        String length = head.replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1");
        byte[] body = in.readNBytes(Integer.parseInt(length));
        int status = Integer.parseInt(head.substring(9, 12));
        return new Response(status, head, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** The next head alone. */
    String receiveHead() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) throw new EOFException("the server has closed behind: " + head);
            head.append((char) c);
        }
        return head.toString();
    }

    /** Whether the server closes now, with nothing more said. */
    boolean isClosed() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
