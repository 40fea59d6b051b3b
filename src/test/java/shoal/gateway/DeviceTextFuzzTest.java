package shoal.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a device says of itself leads to a part of it that we know how to ask, on itself, or nowhere. */
final class DeviceTextFuzzTest {
    private static final InetAddress ROUTER = InetAddress.ofLiteral("10.0.0.1");
    private static final URI PLACE = URI.create("http://10.0.0.1:1900/desc.xml");

    static Stream<byte[]> texts() {
        return Stream.of(
                "<root><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
                        + "<controlURL>/ctl</controlURL></service></root>",
                "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
                "<a><errorCode>718</errorCode><errorDescription>x</errorDescription></a>")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("texts")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] bytes) {
        try {
            List<Control> controls = DeviceText.controls(bytes, PLACE, ROUTER);
            assertTrue(controls.size() <= GatewayLimits.DEVICES);
            for (Control each : controls) {
                assertTrue(DeviceText.TYPES.contains(each.type()));
                assertEquals("10.0.0.1", each.url().getHost());
            }
            Soap.read(500, bytes);
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 200, e::toString);
        }
    }
}
