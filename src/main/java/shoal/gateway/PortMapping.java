package shoal.gateway;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Nearness;

/**
 * Keeps a port of the router leading to ours: asks by PCP, NAT-PMP and UPnP, by whichever works first, asks for more
 * time at half of what is given, and gives the port up at the end. The thread {@code map port} does all of it, and
 * nobody waits for it; any thread may ask what it has got.
 */
public final class PortMapping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PortMapping.class.getName());
    private static final int PORT = 5351;

    /** An address that leads out of here, to learn from which of ours; nothing is sent there (RFC 5737). */
    private static final InetSocketAddress OUT = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

    private final Settings settings;
    private final Runnable changed;
    private final RandomGenerator random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** What is mapped now: each map is new. */
    private volatile Map<Protocol, Mapped> mapped = Map.of();
    private @Nullable Way way;
    private boolean complained;

    /**
     * What shall be reached from outside.
     *
     * @param bind the one address of ours that is meant, if it is one alone
     * @param port our port
     * @param protocols what listens there
     */
    public record Settings(Optional<InetAddress> bind, int port, Set<Protocol> protocols) {
        /** Copies the set. */
        public Settings {
            bind = bind.filter(address -> !address.isAnyLocalAddress());
            protocols = Set.copyOf(protocols);
        }
    }

    private PortMapping(Settings settings, Runnable changed, RandomGenerator random) {
        this.settings = settings;
        this.changed = changed;
        this.random = random;
        thread = Thread.ofVirtual().name("map port").unstarted(this::run);
    }

    /** Begins; {@code changed} is told on another thread when there is a mapping, and when it is another one. */
    public static PortMapping begin(Settings settings, Runnable changed, RandomGenerator random) {
        var mapping = new PortMapping(settings, changed, random);
        mapping.thread.start();
        return mapping;
    }

    /** The port of the router that leads to ours, as far as we know; ours if none does. */
    public int outside(Protocol protocol) {
        Mapped one = mapped.get(protocol);
        return one == null ? settings.port() : one.outside();
    }

    private void run() {
        Duration again = GatewayLimits.PAUSE;
        try {
            Duration rest;
            do {
                Optional<Duration> lifetime = ask();
                rest = lifetime.map(time -> time.dividedBy(2)).orElse(again);
                again = lifetime.isPresent() ? GatewayLimits.PAUSE : longer(again);
            } while (!closed.await(rest.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a bug of ours while a port was mapped", e);
        } finally {
            giveUp();
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(GatewayLimits.PAUSE_LONGEST) < 0 ? twice : GatewayLimits.PAUSE_LONGEST;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** How long what was got will last; nothing if nothing was. */
    private Optional<Duration> ask() {
        var reasons = new ArrayList<String>();
        Way known = way;
        if (known != null) {
            Map<Protocol, Mapped> got = ask(known, reasons);
            if (!got.isEmpty()) return Optional.of(has(known, got));
        }
        way = null;
        for (Way each : ways(reasons)) {
            if (isClosed()) return Optional.empty();
            Map<Protocol, Mapped> got = ask(each, reasons);
            if (got.isEmpty()) continue;
            way = each;
            return Optional.of(has(each, got));
        }
        mapped = Map.of();
        String all = String.join("; ", reasons);
        // the user asked for it, and shall know once
        LOG.log(complained ? Level.DEBUG : Level.WARNING, "no port of a router leads here, so others may be unable to"
                + " reach this: " + all + ". It is tried again");
        complained = true;
        return Optional.empty();
    }

    private Map<Protocol, Mapped> ask(Way whom, List<String> reasons) {
        var got = new EnumMap<Protocol, Mapped>(Protocol.class);
        for (Protocol protocol : Protocol.values()) {
            if (!settings.protocols().contains(protocol) || isClosed()) continue;
            try {
                got.put(protocol, whom.map(wish(protocol)));
            } catch (IOException e) {
                reasons.add(whom.describe() + (got.isEmpty() ? " " : " " + protocol + " ") + reason(e));
                // TCP is what counts, and who refuses it, or is silent, is not asked for more
                if (got.isEmpty()) return Map.of();
                LOG.log(Level.DEBUG, () -> "no " + protocol + " port is mapped: " + reason(e));
            }
        }
        return got;
    }

    private static String reason(IOException e) {
        return e instanceof GatewayException || e instanceof Soap.Fault
                ? String.valueOf(e.getMessage())
                : "is of no use (" + DeviceText.printable(String.valueOf(e.getMessage())) + ")";
    }

    private Wish wish(Protocol protocol) {
        return new Wish(protocol, settings.port(), outside(protocol), GatewayLimits.LIFETIME);
    }

    private List<Way> ways(List<String> reasons) {
        Optional<InetAddress> router = Routes.router();
        var ways = new ArrayList<Way>();
        try (var out = new Datagrams(OUT, settings.bind())) {
            InetAddress ours = out.ours();
            if (!(ours instanceof Inet4Address) || ours.isLoopbackAddress() || ours.isAnyLocalAddress()) {
                reasons.add("this machine has no IPv4 address that leads out");
                return ways;
            }
            Optional<InetAddress> from = Optional.of(ours);
            router.map(address -> new InetSocketAddress(address, PORT)).ifPresent(at -> {
                ways.add(new Pcp(at, from, random));
                ways.add(new NatPmp(at, from));
            });
            ways.add(new Upnp(ours, router, random));
        } catch (IOException e) {
            reasons.add("there is no network: " + e.getMessage());
        }
        return ways;
    }

    private Duration has(Way whom, Map<Protocol, Mapped> got) {
        Map<Protocol, Mapped> before = mapped;
        mapped = Map.copyOf(got);
        complained = false;
        if (!ports(before).equals(ports(got))) {
            LOG.log(Level.DEBUG, () -> told(whom, got));
            changed.run();
        }
        return got.values().stream().map(Mapped::lifetime).min(Duration::compareTo).orElseThrow();
    }

    private static Map<Protocol, Integer> ports(Map<Protocol, Mapped> mapped) {
        var ports = new TreeMap<Protocol, Integer>();
        mapped.forEach((protocol, one) -> ports.put(protocol, one.outside()));
        return ports;
    }

    /** One line for a person: what leads here, and whether it is worth anything. */
    private String told(Way whom, Map<Protocol, Mapped> got) {
        Optional<InetAddress> address = got.values().stream().flatMap(one -> one.address().stream()).findFirst();
        var line = new StringBuilder("from outside our port ").append(settings.port()).append(" is at ")
                .append(address.map(InetAddress::getHostAddress).orElse("the router"));
        got.forEach((protocol, one) -> line.append(", ").append(protocol).append(" port ").append(one.outside()));
        line.append(" (").append(whom.describe()).append(')');
        boolean isNested = address.map(one -> Nearness.of(one) != Nearness.WORLD).orElse(false);
        return isNested ? line + ", itself behind another router" : line.toString();
    }

    private void giveUp() {
        Way known = way;
        Map<Protocol, Mapped> had = mapped;
        mapped = Map.of();
        if (known == null) return;
        had.forEach((protocol, one) -> {
            try {
                known.unmap(wish(protocol), one.outside());
                LOG.log(Level.DEBUG, () -> protocol + " port " + one.outside() + " leads here no longer");
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> protocol + " port " + one.outside() + " will lapse: " + e.getMessage());
            }
        });
    }

    /** Begins to give the port up, and returns at once. */
    public void leave() {
        closed.countDown();
    }

    /** Gives the port up. Bounded in time. */
    @Override
    public void close() {
        leave();
        try {
            thread.join(GatewayLimits.FAREWELL);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }
}
