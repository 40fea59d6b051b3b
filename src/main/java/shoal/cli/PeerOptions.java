package shoal.cli;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shoal.node.Addresses;
import shoal.node.DhtSettings;
import shoal.node.Encryption;
import shoal.node.NodeSettings;
import shoal.node.Places;
import shoal.node.Refusal;

/** Where peers reach us, and what they get. */
final class PeerOptions {
    @Mixin
    private PaceOptions pace = new PaceOptions();

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            order = 20,
            description = "Listen at this address and connect from it. Usually all addresses.")
    private @Nullable String bind;

    @Option(
            names = "--port",
            paramLabel = "N",
            order = 21,
            description = "Listen at this port. Usually the first free one from 6881 to 6889, or any.")
    private @Nullable Integer port;

    @Option(
            names = {"--no-lan", "--no-lsd"},
            fallbackValue = "true",
            order = 22,
            description = "Neither look for others on the local network, nor be found there.")
    private boolean noLan;

    @Option(
            names = "--no-dht",
            fallbackValue = "true",
            order = 23,
            description = "Take no part in the DHT, by which peers find each other without a tracker.")
    private boolean noDht;

    @Option(
            names = "--dht-bootstrap",
            paramLabel = "HOST:PORT",
            split = " ",
            order = 24,
            description = "Enter the DHT by this node; may be repeated. Usually by public ones.")
    private List<String> dhtBootstrap = new ArrayList<>();

    @Option(
            names = "--encryption",
            paramLabel = "HOW",
            order = 25,
            description = "Message stream encryption: off, allow (with peers that want it; usual), prefer (with"
                    + " all that can) or require (else none). It hides from who looks on what this is; what is sent is"
                    + " encrypted only if a peer insists, or with require.")
    private Encryption encryption = Encryption.ALLOW;

    @Option(
            names = "--map-port",
            fallbackValue = "true",
            order = 26,
            description = "Ask the router to let others in at this port as long as this runs (PCP, NAT-PMP or UPnP).")
    private boolean mapPort;

    NodeSettings settings(Places places) throws Refusal {
        if (port != null && (port < 1 || port > 65535)) {
            throw new Refusal(Refusal.Kind.USAGE, "--port " + port + " is not from 1 to 65535");
        }
        Optional<InetAddress> address = bind == null ? Optional.empty() : Optional.of(Addresses.parse(bind));
        return new NodeSettings(
                address, port == null ? OptionalInt.empty() : OptionalInt.of(port), !noLan, dht(address, places),
                encryption, pace.pace(), pace.slots(), mapPort);
    }

    /** From loopback no public node can be reached: there it takes part only if it is told by whom it comes in. */
    private Optional<DhtSettings> dht(Optional<InetAddress> address, Places places) throws Refusal {
        boolean isLoopback = address.map(InetAddress::isLoopbackAddress).orElse(false);
        Addresses.check(dhtBootstrap);
        if (noDht || (isLoopback && dhtBootstrap.isEmpty())) return Optional.empty();
        return Optional.of(new DhtSettings(dhtBootstrap, places.cache()));
    }
}
