package shoal.cli;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import shoal.node.Addresses;
import shoal.node.DhtSettings;
import shoal.node.Encryption;
import shoal.node.NodeSettings;
import shoal.node.Places;
import shoal.node.Refusal;

/** Where peers reach us, and what they get. */
final class PeerOptions {
    private final PaceOptions pace;
    private final Setting<String> bind;
    private final Setting<Integer> port;
    private final Setting<Boolean> noLan;
    private final Setting<Boolean> noDht;
    private final Setting<List<String>> dhtBootstrap;
    private final Setting<Encryption> encryption;
    private final Setting<Boolean> mapPort;

    PeerOptions(Syntax syntax) {
        pace = new PaceOptions(syntax);
        bind = syntax.option(20, String.class, "ADDR", "--bind")
                .says("Listen at this address and connect from it. Usually all addresses.");
        port = syntax.option(21, Integer.class, "N", "--port")
                .says("Listen at this port. Usually the first free one from 6881 to 6889, or any.");
        noLan = syntax.flag(22, "--no-lan", "--no-lsd")
                .says("Neither look for others on the local network, nor be found there.");
        noDht = syntax.flag(23, "--no-dht")
                .says("Take no part in the DHT, by which peers find each other without a tracker.");
        dhtBootstrap = syntax.list(24, "HOST:PORT", "--dht-bootstrap")
                .says("Enter the DHT by this node; may be repeated. Usually by public ones.");
        encryption = syntax.option(25, Encryption.class, "HOW", "--encryption")
                .initially(Encryption.ALLOW)
                .says("Message stream encryption: off, allow (with peers that want it; usual), prefer (with all that"
                        + " can) or require (else none). It hides from who looks on what this is; what is sent is"
                        + " encrypted only if a peer insists, or with require.");
        mapPort = syntax.flag(26, "--map-port")
                .says("Ask the router to let others in at this port as long as this runs (PCP, NAT-PMP or UPnP).");
    }

    NodeSettings settings(Places places) throws Refusal {
        OptionalInt at = port.given().map(OptionalInt::of).orElse(OptionalInt.empty());
        if (at.isPresent() && (at.getAsInt() < 1 || at.getAsInt() > 65535)) {
            throw new Refusal(Refusal.Kind.USAGE, "--port " + at.getAsInt() + " is not from 1 to 65535");
        }
        Optional<InetAddress> address =
                bind.given().isEmpty() ? Optional.empty() : Optional.of(Addresses.parse(bind.value()));
        return new NodeSettings(
                address, at, !noLan.value(), dht(address, places), encryption.value(), pace.pace(), pace.slots(),
                mapPort.value());
    }

    /** From loopback no public node can be reached: there it takes part only if it is told by whom it comes in. */
    private Optional<DhtSettings> dht(Optional<InetAddress> address, Places places) throws Refusal {
        boolean isLoopback = address.map(InetAddress::isLoopbackAddress).orElse(false);
        List<String> bootstrap = dhtBootstrap.value();
        Addresses.check(bootstrap);
        if (noDht.value() || (isLoopback && bootstrap.isEmpty())) return Optional.empty();
        return Optional.of(new DhtSettings(bootstrap, places.cache()));
    }
}
