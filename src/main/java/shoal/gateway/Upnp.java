package shoal.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.discovery.HttpAnswer;
import shoal.discovery.PlainHttp;

/** Asks by UPnP (Internet Gateway Device 1 and 2), which most routers at home know. */
final class Upnp implements Way {
    private static final int CONFLICT = 718;
    private static final int ONLY_FOR_EVER = 725;
    private static final int FIRST_OTHER = 20_000;
    private static final int LAST_OTHER = 60_000;

    private final InetAddress ours;
    private final Optional<InetAddress> router;
    private final RandomGenerator random;
    private @Nullable Control control;

    Upnp(InetAddress ours, Optional<InetAddress> router, RandomGenerator random) {
        this.ours = ours;
        this.router = router;
        this.random = random;
    }

    /** Asks a device that is known. */
    Upnp(InetAddress ours, Control control, RandomGenerator random) {
        this(ours, Optional.empty(), random);
        this.control = control;
    }

    @Override
    public Mapped map(Wish wish) throws IOException {
        Control known = control;
        if (known != null) return map(known, wish);
        IOException last = new GatewayException("nobody answers");
        for (Control each : controls()) {
            try {
                Mapped mapped = map(each, wish);
                control = each;
                return mapped;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private List<Control> controls() throws IOException {
        var controls = new ArrayList<Control>();
        for (URI device : DeviceSearch.search(ours, router)) {
            HttpAnswer answer = PlainHttp.from(ours, GatewayLimits.REQUEST, GatewayLimits.BODY).once(device);
            if (answer.status() != 200) continue;
            controls.addAll(DeviceText.controls(answer.body(), device, InetAddress.ofLiteral(device.getHost())));
        }
        return controls;
    }

    private Mapped map(Control to, Wish wish) throws IOException {
        var soap = new Soap(to, ours);
        int outside = wish.outside();
        Duration lease = wish.lifetime();
        for (int left = GatewayLimits.OTHER_PORTS; ; left--) {
            try {
                soap.call("AddPortMapping", adding(wish, outside, lease), GatewayLimits.REQUEST);
                return new Mapped(outside, address(soap), wish.lifetime());
            } catch (Soap.Fault e) {
                if (left == 0) throw e;
                if (e.code() == ONLY_FOR_EVER && !lease.isZero()) lease = Duration.ZERO;
                else if (e.code() == CONFLICT) outside = random.nextInt(FIRST_OTHER, LAST_OTHER);
                else throw e;
            }
        }
    }

    private String adding(Wish wish, int outside, Duration lease) {
        return place(wish.protocol(), outside) + Soap.argument("NewInternalPort", wish.port())
                + Soap.argument("NewInternalClient", ours.getHostAddress()) + Soap.argument("NewEnabled", 1)
                + Soap.argument("NewPortMappingDescription", "Shoal")
                + Soap.argument("NewLeaseDuration", lease.toSeconds());
    }

    private static String place(Protocol protocol, int outside) {
        return Soap.argument("NewRemoteHost", "") + Soap.argument("NewExternalPort", outside)
                + Soap.argument("NewProtocol", protocol);
    }

    private static Optional<InetAddress> address(Soap soap) {
        try {
            Map<String, String> fields = soap.call("GetExternalIPAddress", "", GatewayLimits.REQUEST);
            String text = fields.getOrDefault("NewExternalIPAddress", "");
            return text.length() > 45 ? Optional.empty() : Optional.of(InetAddress.ofLiteral(text));
        } catch (IOException | IllegalArgumentException e) {
            // the port is what counts
            return Optional.empty();
        }
    }

    @Override
    public void unmap(Wish wish, int outside) throws IOException {
        Control known = control;
        if (known == null) return;
        new Soap(known, ours).call(
                "DeletePortMapping", place(wish.protocol(), outside), GatewayLimits.FAREWELL_REQUEST);
    }

    @Override
    public String describe() {
        Control known = control;
        return known == null ? "UPnP" : "UPnP by " + known.url().getHost();
    }
}
