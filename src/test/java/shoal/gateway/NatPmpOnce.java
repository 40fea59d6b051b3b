package shoal.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** A process that has the router map a port by NAT-PMP alone, until its input ends. */
public final class NatPmpOnce {
    private NatPmpOnce() {}

    /** Nothing is to be said to it. */
    public static void main(String[] words) throws IOException {
        InetAddress router = Routes.router().orElseThrow();
        var way = new NatPmp(new InetSocketAddress(router, 5351), Optional.empty());
        var wish = new Wish(Protocol.TCP, 6881, 7000, Duration.ofHours(1));
        Mapped mapped = way.map(wish);
        System.out.println("mapped to " + mapped.outside() + " of "
                + mapped.address().orElseThrow().getHostAddress());
        System.in.readAllBytes();
        way.unmap(wish, mapped.outside());
    }
}
