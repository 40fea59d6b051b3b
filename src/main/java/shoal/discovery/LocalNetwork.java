package shoal.discovery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/**
 * Finds peers on the local network (BEP 14): one for a node, whatever it shares, so that one packet can name several
 * shares. Its sockets are opened when the first share comes. A private share is never named. Any thread.
 */
public final class LocalNetwork implements PeerSource, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalNetwork.class.getName());
    private static final int PORT = 6771;
    private static final InetSocketAddress GROUP_4 =
            new InetSocketAddress(InetAddress.ofLiteral("239.192.152.143"), PORT);
    private static final InetSocketAddress GROUP_6 =
            new InetSocketAddress(InetAddress.ofLiteral("ff15::efc0:988f"), PORT);
    private static final Duration LOOK = Duration.ofMinutes(1);

    /** A share that somebody takes part in. */
    private record Member(Topic topic, Consumer<List<Endpoint>> found) {}

    private final Optional<InetAddress> bind;
    private final String cookie;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<InfoHash, Member> members = new LinkedHashMap<>();
    private final LocalAgenda agenda = new LocalAgenda();
    private List<LocalSockets> sockets = List.of();
    private boolean isOpen;
    private boolean closed;

    /** The networks of all interfaces, or of the one that has the address {@code bind}. */
    public LocalNetwork(Optional<InetAddress> bind, RandomGenerator random) {
        this.bind = bind;
        cookie = HexFormat.of().toHexDigits(random.nextLong());
    }

    /** Whether there is a network to look at: who is bound to a loopback address is on none. */
    public static boolean isReachable(Optional<InetAddress> bind) {
        return bind.isEmpty() || !bind.get().isLoopbackAddress();
    }

    @Override
    public void run(Topic topic, Consumer<List<Endpoint>> found) {
        // read before what it is asked about: a change in between is then not slept through
        long version = topic.version();
        if (topic.isPrivate()) return;
        long wanted = topic.wanted();
        locked(() -> {
            open();
            members.put(topic.infoHash(), new Member(topic, found));
            agenda.add(topic.infoHash(), System.nanoTime());
        });
        while (!topic.isPrivate() && topic.pause(LOOK, version)) {
            version = topic.version();
            boolean more = topic.wanted() != wanted;
            wanted = topic.wanted();
            if (more) locked(() -> agenda.hurry(topic.infoHash(), System.nanoTime()));
        }
        locked(() -> {
            members.remove(topic.infoHash());
            agenda.remove(topic.infoHash());
        });
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void open() {
        if (isOpen || closed) return;
        isOpen = true;
        var opened = new ArrayList<LocalSockets>();
        for (InetSocketAddress group : List.of(GROUP_4, GROUP_6)) {
            boolean wrongFamily = bind.isPresent()
                    && bind.get().getAddress().length != group.getAddress().getAddress().length;
            if (wrongFamily) continue;
            try {
                LocalSockets each = LocalSockets.open(group, bind);
                opened.add(each);
                Thread.ofVirtual().name("local " + group.getAddress().getHostAddress()).start(() -> receive(each));
            } catch (IOException e) {
                // without IPv6, or where another program keeps the port for itself
                LOG.log(Level.DEBUG, () -> "no local peers by " + group + ": " + e.getMessage());
            }
        }
        sockets = opened;
        Thread.ofVirtual().name("local announces").start(this::announceAll);
    }

    private void receive(LocalSockets from) {
        try {
            from.receive(this::heard);
        } catch (ClosedChannelException e) {
            return; // by us
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "no more local peers: " + e.getMessage());
        }
    }

    private void heard(byte[] datagram, InetAddress from) {
        LocalSearch search = LocalSearch.parse(datagram).orElse(null);
        if (search == null || search.cookie().equals(cookie)) return;
        var endpoint = new Endpoint(from, search.port());
        var theirs = new ArrayList<Member>();
        locked(() -> {
            for (InfoHash share : search.shares()) {
                Member member = members.get(share);
                if (member == null) continue;
                theirs.add(member);
                agenda.asked(share, endpoint, System.nanoTime());
            }
        });
        for (Member member : theirs) member.found().accept(List.of(endpoint));
    }

    private void announceAll() {
        while (true) {
            Map<Integer, List<InfoHash>> byPort = new LinkedHashMap<>();
            lock.lock();
            try {
                if (closed) return;
                List<InfoHash> due = agenda.take(System.nanoTime());
                if (due.isEmpty()) {
                    changed.await(agenda.rest(System.nanoTime()), TimeUnit.NANOSECONDS);
                    continue;
                }
                for (InfoHash share : due) {
                    Member member = members.get(share);
                    if (member == null) continue;
                    byPort.computeIfAbsent(member.topic().port(), _ -> new ArrayList<>()).add(share);
                }
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
            byPort.forEach(this::announce);
        }
    }

    private void announce(int port, List<InfoHash> shares) {
        for (LocalSearch search : LocalSearch.of(port, shares, cookie)) {
            for (LocalSockets each : sockets) {
                try {
                    each.send(group -> search.encoded(group.getAddress(), group.getPort()));
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, () -> "cannot announce on the local network: " + e.getMessage());
                }
            }
        }
    }

    /** Whether nothing is looked for. */
    boolean isIdle() {
        lock.lock();
        try {
            return members.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String describe() {
        return "local network";
    }

    @Override
    public void close() {
        locked(() -> {
            closed = true;
            sockets.forEach(LocalSockets::close);
        });
    }
}
