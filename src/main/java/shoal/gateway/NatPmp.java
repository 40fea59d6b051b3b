package shoal.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Asks by NAT-PMP (RFC 6886), the older and smaller one. */
final class NatPmp implements Way {
    private final InetSocketAddress router;
    private final Optional<InetAddress> bind;

    NatPmp(InetSocketAddress router, Optional<InetAddress> bind) {
        this.router = router;
        this.bind = bind;
    }

    @Override
    public Mapped map(Wish wish) throws IOException {
        try (var datagrams = new Datagrams(router, bind)) {
            InetAddress address = datagrams.ask(
                    NatPmpPacket.addressQuestion(), NatPmpPacket::address, GatewayLimits.TRIES);
            Mapped mapped = datagrams.ask(
                    NatPmpPacket.question(wish), bytes -> NatPmpPacket.answer(bytes, wish), GatewayLimits.TRIES);
            return new Mapped(mapped.outside(), Optional.of(address), mapped.lifetime());
        }
    }

    @Override
    public void unmap(Wish wish, int outside) throws IOException {
        Wish none = wish.at(outside).lasting(Duration.ZERO);
        try (var datagrams = new Datagrams(router, bind)) {
            datagrams.ask(NatPmpPacket.question(none), bytes -> NatPmpPacket.answer(bytes, none),
                    GatewayLimits.FAREWELL_TRIES);
        }
    }

    @Override
    public String describe() {
        return "NAT-PMP by " + router.getAddress().getHostAddress();
    }
}
