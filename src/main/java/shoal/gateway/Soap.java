package shoal.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import shoal.discovery.HttpAnswer;
import shoal.discovery.PlainHttp;

/** Asks a device to do something (UPnP Device Architecture 1.1, 3: SOAP over HTTP). */
final class Soap {
    private static final String TYPE = "text/xml; charset=\"utf-8\"";

    private final Control control;
    private final InetAddress ours;

    Soap(Control control, InetAddress ours) {
        this.control = control;
        this.ours = ours;
    }

    /** The device refused. */
    static final class Fault extends IOException {
        private static final long serialVersionUID = 1;
        private final int code;

        Fault(int code, String message) {
            super(message);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /**
     * What is asked, as XML.
     *
     * @param action its name
     * @param arguments {@code <Name>value</Name>} in the order that the action wants
     */
    static String envelope(String type, String action, String arguments) {
        return "<?xml version=\"1.0\"?>\r\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:" + action
                + " xmlns:u=\"" + type + "\">" + arguments + "</u:" + action + "></s:Body></s:Envelope>\r\n";
    }

    static String argument(String name, Object value) {
        return "<" + name + ">" + value + "</" + name + ">";
    }

    /** Asks, and returns the fields of the answer. */
    Map<String, String> call(String action, String arguments, Duration patience) throws IOException {
        byte[] body = envelope(control.type(), action, arguments).getBytes(StandardCharsets.UTF_8);
        HttpAnswer answer = PlainHttp.from(ours, patience, GatewayLimits.BODY)
                .post(control.url(), TYPE, body, Map.of("SOAPAction", '"' + control.type() + '#' + action + '"'));
        return read(answer.status(), answer.body());
    }

    static Map<String, String> read(int status, byte[] body) throws IOException {
        if (status == 200) return DeviceText.fields(body);
        if (status != 500) throw new GatewayException("answers with the status " + status);
        Map<String, String> fields = DeviceText.fields(body);
        String code = fields.getOrDefault("errorCode", "");
        boolean isCode = !code.isEmpty() && code.length() < 6 && code.chars().allMatch(c -> c >= '0' && c <= '9');
        String why = DeviceText.printable(fields.getOrDefault("errorDescription", ""));
        throw new Fault(isCode ? Integer.parseInt(code) : 0, "says no: " + (isCode ? code + " " : "") + why);
    }
}
