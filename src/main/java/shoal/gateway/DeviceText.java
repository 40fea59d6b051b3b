package shoal.gateway;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import shoal.bytes.Printable;

/** The XML that devices say. It may have no document type: with that go entities, and all that they could lead to. */
final class DeviceText {
    /** What maps ports (UPnP WANIPConnection:1 and 2, WANPPPConnection:1). */
    static final Set<String> TYPES = Set.of(
            "urn:schemas-upnp-org:service:WANIPConnection:2",
            "urn:schemas-upnp-org:service:WANIPConnection:1",
            "urn:schemas-upnp-org:service:WANPPPConnection:1");

    private static final int FIELDS = 64;

    private DeviceText() {}

    /** Hears an element that holds text alone. */
    private interface Fields {
        void field(String name, String text);

        void ended(String name);
    }

    private static void read(byte[] xml, Fields fields) throws GatewayException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            var text = new StringBuilder();
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> text.setLength(0);
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(reader.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        fields.field(reader.getLocalName(), text.toString().strip());
                        fields.ended(reader.getLocalName());
                        text.setLength(0);
                    }
                    case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                            throw new GatewayException("says what no router needs to say");
                    default -> { }
                }
            }
        } catch (XMLStreamException | RuntimeException e) {
            // the JDK's reader meets some faults with exceptions of its own
            throw new GatewayException("says what is no XML");
        }
    }

    /** What maps ports, in the order of a device's description, which came from {@code from} on {@code host}. */
    static List<Control> controls(byte[] xml, URI from, InetAddress host) throws GatewayException {
        var controls = new ArrayList<Control>();
        var service = new LinkedHashMap<String, String>();
        read(xml, new Fields() {
            @Override
            public void field(String name, String text) {
                if (name.equals("serviceType") || name.equals("controlURL")) service.put(name, text);
            }

            @Override
            public void ended(String name) {
                if (!name.equals("service")) return;
                String type = service.getOrDefault("serviceType", "");
                String url = service.getOrDefault("controlURL", "");
                service.clear();
                if (!TYPES.contains(type) || url.isEmpty() || controls.size() == GatewayLimits.DEVICES) return;
                if (url.length() > GatewayLimits.URL) return;
                try {
                    DeviceSearch.on(host, from.resolve(url).toString())
                            .ifPresent(there -> controls.add(new Control(type, there)));
                } catch (IllegalArgumentException e) {
                    // no URL: then this part cannot be asked
                    return;
                }
            }
        });
        return controls;
    }

    /** The fields of an answer by their names, the first of each. */
    static Map<String, String> fields(byte[] xml) throws GatewayException {
        var fields = new LinkedHashMap<String, String>();
        read(xml, new Fields() {
            @Override
            public void field(String name, String text) {
                if (fields.size() < FIELDS) fields.putIfAbsent(name, text);
            }

            @Override
            public void ended(String name) {}
        });
        return fields;
    }

    /** A word of a device's within a line of ours. */
    static String printable(String text) {
        // once more behind it: what cannot be shown becomes six characters
        String shown = Printable.of(start(text));
        boolean isShort = text.length() <= GatewayLimits.REASON && shown.length() <= GatewayLimits.REASON;
        return isShort ? shown : start(shown) + "...";
    }

    private static String start(String text) {
        int end = Math.min(text.length(), GatewayLimits.REASON);
        boolean isTorn = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, isTorn ? end - 1 : end);
    }
}
