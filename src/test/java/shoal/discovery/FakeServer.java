package shoal.discovery;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An HTTP server on loopback that answers as a test tells it to, one connection a request. */
final class FakeServer implements AutoCloseable {
    private final ServerSocket server;
    private final Script script;
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    /** What to send for a request; throwing closes the connection. */
    interface Script {
        void answer(String requestLine, OutputStream out) throws IOException;
    }

    FakeServer(Script script) {
        this(0, script);
    }

    FakeServer(int port, Script script) {
        this.script = script;
        try {
            server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** A server that sends the same to everybody. */
    static FakeServer saying(String answer) {
        return new FakeServer((request, out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** A good answer with this body. */
    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String request = in.readLine();
            String line = request;
            while (line != null && !line.isEmpty()) line = in.readLine();
            if (request == null) return;
            requests.add(request);
            script.answer(request, socket.getOutputStream());
        } catch (IOException e) {
            return; // the client has gone, as it should
        }
    }

    /** The next request line, or nothing after ten seconds. */
    String next() throws InterruptedException {
        String request = requests.poll(10, TimeUnit.SECONDS);
        if (request == null) throw new AssertionError("nobody asked");
        return request;
    }

    /** How many requests nobody has looked at. */
    int pending() {
        return requests.size();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
