package shoal.cli;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import shoal.node.Addresses;
import shoal.node.NodeSettings;
import shoal.node.Refusal;

/** Where peers reach us. */
final class PeerOptions {
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

    NodeSettings settings() throws Refusal {
        if (port != null && (port < 1 || port > 65535)) {
            throw new Refusal(Refusal.Kind.USAGE, "--port " + port + " is not from 1 to 65535");
        }
        return new NodeSettings(
                bind == null ? Optional.empty() : Optional.of(Addresses.parse(bind)),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                !noLan);
    }
}
