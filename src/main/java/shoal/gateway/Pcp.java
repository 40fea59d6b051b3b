package shoal.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Asks by PCP (RFC 6887). A nonce of its own proves that a mapping is ours to renew and to give up. */
final class Pcp implements Way {
    private final InetSocketAddress router;
    private final Optional<InetAddress> bind;
    private final byte[] nonce = new byte[PcpPacket.NONCE];

    Pcp(InetSocketAddress router, Optional<InetAddress> bind, RandomGenerator random) {
        this.router = router;
        this.bind = bind;
        random.nextBytes(nonce);
    }

    @Override
    public Mapped map(Wish wish) throws IOException {
        return ask(wish, GatewayLimits.TRIES);
    }

    private Mapped ask(Wish wish, List<Duration> tries) throws IOException {
        try (var datagrams = new Datagrams(router, bind)) {
            return datagrams.ask(PcpPacket.question(wish, datagrams.ours(), nonce),
                    bytes -> PcpPacket.answer(bytes, wish, nonce), tries);
        }
    }

    @Override
    public void unmap(Wish wish, int outside) throws IOException {
        ask(wish.at(outside).lasting(Duration.ZERO), GatewayLimits.FAREWELL_TRIES);
    }

    @Override
    public String describe() {
        return "PCP by " + router.getAddress().getHostAddress();
    }
}
