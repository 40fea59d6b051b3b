package shoal.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A router on loopback that does what a test says, and what we make of that. */
@Timeout(60)
final class WaysTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final Wish WISH = new Wish(Protocol.TCP, 6881, 6881, Duration.ofHours(1));

    /** A router's answer to a question of PCP, as it comes. */
    private static byte[] pcpAnswer(byte[] question) {
        byte[] answer = question.clone();
        answer[1] = (byte) 0x81;
        Arrays.fill(answer, 8, 24, (byte) 0);
        answer[42] = 0x1b;
        answer[43] = 0x58;
        System.arraycopy(HexFormat.of().parseHex("00000000000000000000ffff2d4f0001"), 0, answer, 44, 16);
        return answer;
    }

    private static void say(DatagramSocket from, byte[] bytes, DatagramPacket asked) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, asked.getSocketAddress()));
    }

    private static DatagramPacket question(DatagramSocket router) throws IOException {
        var packet = new DatagramPacket(new byte[200], 200);
        router.receive(packet);
        packet.setData(Arrays.copyOf(packet.getData(), packet.getLength()));
        return packet;
    }

    private static InetSocketAddress at(DatagramSocket router) {
        return new InetSocketAddress(HERE, router.getLocalPort());
    }

    private static Pcp pcp(DatagramSocket router) {
        return new Pcp(at(router), Optional.of(HERE), new SplittableRandom(1));
    }

    @Test
    void asksAgainWhenAQuestionWasLostAndHearsNobodyElse() throws Exception {
        try (var router = new DatagramSocket(0, HERE); var stranger = new DatagramSocket(0, HERE)) {
            var served = CompletableFuture.runAsync(() -> {
                try {
                    question(router);
                    DatagramPacket second = question(router);
                    byte[] right = pcpAnswer(second.getData());
                    byte[] forged = right.clone();
                    forged[43]++;
                    say(stranger, forged, second);
                    forged[30]++;
                    say(router, forged, second);
                    say(router, new byte[0], second);
                    say(router, new byte[1200], second);
                    say(router, right, second);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Mapped mapped = pcp(router).map(WISH);
            served.join();
            assertEquals(7000, mapped.outside());
            assertEquals("45.79.0.1", mapped.address().orElseThrow().getHostAddress());
        }
    }

    @Test
    void waitsForNobodyForEver() throws Exception {
        try (var mute = new DatagramSocket(0, HERE)) {
            assertThrows(SocketTimeoutException.class, () -> pcp(mute).map(WISH));
            var natPmp = new NatPmp(at(mute), Optional.of(HERE));
            assertThrows(SocketTimeoutException.class, () -> natPmp.unmap(WISH, 6881));
        }
    }

    @Test
    void waitsNoLongerForOneThatTalksNonsense() throws Exception {
        try (var router = new DatagramSocket(0, HERE)) {
            var served = CompletableFuture.runAsync(() -> {
                try {
                    DatagramPacket asked = question(router);
                    for (int i = 0; i < 10_000; i++) say(router, new byte[60], asked);
                } catch (IOException e) {
                    // it has gone, and its port with it
                }
            });
            assertThrows(SocketTimeoutException.class, () -> pcp(router).map(WISH));
            served.join();
        }
    }

    private static String fault(int code) {
        return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
                + "<detail><UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>" + code
                + "</errorCode><errorDescription>No</errorDescription></UPnPError></detail></s:Fault></s:Body>"
                + "</s:Envelope>";
    }

    /** A device that answers each request as {@code answers} says: a code of a fault, or nothing for a good answer. */
    private static Mapped upnp(ConcurrentLinkedQueue<String> heard, UnaryOperator<String> answers) throws Exception {
        HttpServer device = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
        device.createContext("/ctl", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            heard.add(exchange.getRequestHeaders().getFirst("SOAPAction") + " " + body);
            String answer = answers.apply(body);
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.contains("errorCode") ? 500 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        device.start();
        try {
            String type = "urn:schemas-upnp-org:service:WANIPConnection:1";
            var url = URI.create("http://127.0.0.1:" + device.getAddress().getPort() + "/ctl");
            return new Upnp(HERE, new Control(type, url), new SplittableRandom(1)).map(WISH);
        } finally {
            device.stop(0);
        }
    }

    @Test
    void takesAnotherPortByUpnpWhenTheWantedOneIsSomebodyElses() throws Exception {
        var heard = new ConcurrentLinkedQueue<String>();
        Mapped mapped = upnp(heard, body -> body.contains("GetExternal")
                ? "<a><NewExternalIPAddress>45.79.0.1</NewExternalIPAddress></a>"
                : body.contains("<NewExternalPort>6881<") ? fault(718) : "<a/>");
        assertTrue(mapped.outside() >= 20_000, mapped::toString);
        assertEquals("45.79.0.1", mapped.address().orElseThrow().getHostAddress());
        List<String> all = new ArrayList<>(heard);
        assertEquals(3, all.size());
        assertTrue(all.getFirst().startsWith("\"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\" "),
                all::toString);
        assertTrue(all.getFirst().contains("<u:AddPortMapping xmlns:u=\"urn:schemas-upnp-org:service:WANIPConnection:1"
                + "\"><NewRemoteHost></NewRemoteHost><NewExternalPort>6881</NewExternalPort><NewProtocol>TCP"
                + "</NewProtocol><NewInternalPort>6881</NewInternalPort><NewInternalClient>127.0.0.1"
                + "</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>Shoal"
                + "</NewPortMappingDescription><NewLeaseDuration>3600</NewLeaseDuration></u:AddPortMapping>"),
                all::toString);
    }

    @Test
    void takesAPortForEverByUpnpFromARouterThatLendsNone() throws Exception {
        var heard = new ConcurrentLinkedQueue<String>();
        Mapped mapped = upnp(heard, body -> body.contains("<NewLeaseDuration>3600<") ? fault(725) : "<a/>");
        assertEquals(6881, mapped.outside());
        assertEquals(Optional.empty(), mapped.address());
    }

    @Test
    void triesSomePortsAndNotAllByUpnp() {
        var heard = new ConcurrentLinkedQueue<String>();
        assertThrows(Soap.Fault.class, () -> upnp(heard, body -> fault(718)));
        assertEquals(GatewayLimits.OTHER_PORTS + 1, heard.size());
    }

    @Test
    void refusesAnAnswerByUpnpThatIsNone() {
        assertThrows(GatewayException.class, () -> upnp(new ConcurrentLinkedQueue<>(), body -> "OK"));
        assertThrows(IOException.class, () -> upnp(new ConcurrentLinkedQueue<>(),
                body -> "<a>" + "x".repeat(GatewayLimits.BODY) + "</a>"));
    }
}
