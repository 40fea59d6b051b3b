package shoal.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device says of itself, and what somebody says who would like to be one. */
final class DeviceTextTest {
    private static final InetAddress ROUTER = InetAddress.ofLiteral("10.79.0.1");
    private static final URI PLACE = URI.create("http://10.79.0.1:41047/rootDesc.xml");
    private static final String IP = "urn:schemas-upnp-org:service:WANIPConnection:1";

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String device(String services) {
        return "<?xml version=\"1.0\"?><root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><serviceList>"
                + services + "</serviceList></device></root>";
    }

    private static String service(String type, String url) {
        return "<service><serviceType>" + type + "</serviceType><SCPDURL>/x</SCPDURL><controlURL>" + url
                + "</controlURL></service>";
    }

    @Test
    void findsWhatMapsPorts() throws Exception {
        String text = device(service("urn:schemas-upnp-org:service:Layer3Forwarding:1", "/ctl/L3F")
                + service(IP, " /ctl/IP?a=1&amp;b=2 ")
                + service("urn:schemas-upnp-org:service:WANPPPConnection:1", "http://10.79.0.1:99/ppp"));
        assertEquals(List.of(
                new Control(IP, URI.create("http://10.79.0.1:41047/ctl/IP?a=1&b=2")),
                new Control("urn:schemas-upnp-org:service:WANPPPConnection:1", URI.create("http://10.79.0.1:99/ppp"))),
                DeviceText.controls(bytes(text), PLACE, ROUTER));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "http://127.0.0.1:6969/ctl", "http://10.79.0.2/ctl", "//10.79.0.2/ctl", "https://10.79.0.1/ctl",
        "http://me@10.79.0.1/ctl", "file:///etc/passwd", "http://router/ctl", "::", ""
    })
    void isLedNowhereElse(String url) throws Exception {
        assertEquals(List.of(), DeviceText.controls(bytes(device(service(IP, url))), PLACE, ROUTER));
        assertEquals(Optional.empty(), DeviceSearch.on(ROUTER, url));
    }

    @Test
    void followsNoEntity() throws Exception {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "/secret");
        String inner = device(service(IP, "&a;")).substring("<?xml version=\"1.0\"?>".length());
        for (String entity : List.of("SYSTEM \"" + secret.toUri() + "\"", "\"/inner\"")) {
            byte[] text = bytes("<!DOCTYPE root [<!ENTITY a " + entity + ">]>" + inner);
            assertThrows(GatewayException.class, () -> DeviceText.controls(text, PLACE, ROUTER));
        }
        byte[] outer = bytes("<!DOCTYPE root SYSTEM \"" + secret.toUri() + "\">" + inner.replace("&a;", "/ctl"));
        assertThrows(GatewayException.class, () -> DeviceText.controls(outer, PLACE, ROUTER));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "<", "<a>", "<a></b>", "\u0000", "<a>&b;</a>", "<?xml version='1.0' encoding='x'?><a/>"
    })
    void refusesWhatIsNoXml(String text) {
        assertThrows(GatewayException.class, () -> DeviceText.fields(bytes(text)));
    }

    @Test
    void readsSoManyAndNoMore() throws Exception {
        var many = new StringBuilder("<a>");
        for (int i = 0; i < 1000; i++) many.append("<f").append(i).append(">x</f").append(i).append('>');
        assertTrue(DeviceText.fields(bytes(many + "</a>")).size() <= 64);
        assertEquals(GatewayLimits.DEVICES,
                DeviceText.controls(bytes(device(service(IP, "/ctl").repeat(100))), PLACE, ROUTER).size());
        byte[] deep = bytes("<a>".repeat(20_000));
        assertThrows(GatewayException.class, () -> DeviceText.fields(deep));
    }

    @Test
    void aFaultIsToldInAShortLineThatMovesNoCursor() {
        String text = "<a><errorCode>606</errorCode><errorDescription>\u009b2J" + "x".repeat(500)
                + "</errorDescription></a>";
        var fault = assertThrows(Soap.Fault.class, () -> Soap.read(500, bytes(text)));
        assertEquals(606, fault.code());
        String said = String.valueOf(fault.getMessage());
        assertTrue(said.startsWith("says no: 606 \\u009b2Jxxx"), said);
        assertTrue(said.length() < 120, said);
        assertThrows(GatewayException.class, () -> Soap.read(404, new byte[0]));
    }

    /** What cannot be shown takes six characters. */
    @Test
    void aFaultIsToldInAShortLineWhateverItConsistsOf() {
        for (String reason : List.of("x\t".repeat(250), "\u009b".repeat(500), "a" + "\ud83d\udc1f".repeat(100))) {
            String text = "<a><errorCode>8</errorCode><errorDescription>x" + reason + "</errorDescription></a>";
            var fault = assertThrows(Soap.Fault.class, () -> Soap.read(500, bytes(text)));
            String said = String.valueOf(fault.getMessage());
            assertTrue(said.length() < 120 && said.endsWith("..."), said);
        }
    }

    @Test
    void readsAnAnswer() throws Exception {
        assertEquals("45.79.0.1", Soap.read(200, bytes("<s:E xmlns:s=\"a\"><s:B><NewExternalIPAddress>45.79.0.1"
                + "</NewExternalIPAddress></s:B></s:E>")).get("NewExternalIPAddress"));
        assertEquals(Map.of("a", ""), Soap.read(200, bytes("<a/>")));
    }

    private static Optional<URI> found(String text, String from) {
        return DeviceSearch.read(bytes(text), InetAddress.ofLiteral(from), Optional.of(ROUTER));
    }

    @Test
    void believesADeviceOnlyThatItIsWhereItAnswersFrom() {
        String answer = "HTTP/1.1 200 OK\r\nST: x\r\nLocation:  http://10.79.0.1:41047/rootDesc.xml \r\n\r\n";
        assertEquals(Optional.of(PLACE), found(answer, "10.79.0.1"));
        assertEquals(Optional.empty(), found(answer, "10.79.0.3"));
        assertEquals(Optional.empty(), found(answer.replace("10.79.0.1", "45.79.0.2"), "45.79.0.2"));
        assertEquals(Optional.empty(), found(answer.replace("200 OK", "404 No"), "10.79.0.1"));
        assertEquals(Optional.empty(), found("HTTP/1.1 200 OK\r\n\r\n", "10.79.0.1"));
        assertEquals(Optional.empty(),
                found(answer.replace("rootDesc", "x".repeat(GatewayLimits.URL)), "10.79.0.1"));
        assertFalse(DeviceSearch.QUESTION.contains("\n\n"));
    }
}
