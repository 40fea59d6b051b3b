package shoal.tracker;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What the tracker was asked and how it answered, since it began; and that as Prometheus reads it. Any thread. */
final class TrackerCounts {
    private static final int KINDS = 4;
    private static final long[] BUCKETS = {10, 100, 1_000, 10_000, 100_000};

    private final Map<Type, LongAdder[]> requests = adders();
    private final Map<Type, LongAdder[]> refusals = adders();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder[] durations = row(BUCKETS.length + 1);
    private final LongAdder nanoseconds = new LongAdder();

    /** What is asked. */
    enum Type {
        CONNECT,
        ANNOUNCE,
        SCRAPE
    }

    private static Map<Type, LongAdder[]> adders() {
        var all = new EnumMap<Type, LongAdder[]>(Type.class);
        for (Type type : Type.values()) all.put(type, row(KINDS));
        return all;
    }

    private static LongAdder at(Map<Type, LongAdder[]> adders, Type type, int kind) {
        return Objects.requireNonNull(adders.get(type))[kind];
    }

    private static LongAdder[] row(int length) {
        var row = new LongAdder[length];
        for (int i = 0; i < length; i++) row[i] = new LongAdder();
        return row;
    }

    /** A request was answered. */
    void served(Type type, boolean isPacket, InetAddress from, boolean refused) {
        int kind = (isPacket ? 2 : 0) + (from instanceof Inet4Address ? 0 : 1);
        at(requests, type, kind).increment();
        if (refused) at(refusals, type, kind).increment();
    }

    /** A packet was not answered, or only with what is wrong with it. */
    void dropped() {
        dropped.increment();
    }

    /** An announce took so long, from when it was read until its answer was known. */
    void took(long nanos) {
        int bucket = 0;
        while (bucket < BUCKETS.length && nanos > TimeUnit.MICROSECONDS.toNanos(BUCKETS[bucket])) bucket++;
        durations[bucket].increment();
        nanoseconds.add(nanos);
    }

    /** The text format 0.0.4. No hash and no address is in it. */
    String text(SwarmTable.Census census, long shares) {
        var out = new StringBuilder(4_096);
        head(out, "torrents", "gauge", "Swarms that have a peer.");
        line(out, "torrents", "", census.swarms());
        head(out, "peers", "gauge", "Peers of all swarms.");
        line(out, "peers", "{role=\"seeder\"}", census.seeders());
        line(out, "peers", "{role=\"leecher\"}", census.leechers());
        head(out, "shares", "gauge", "Entries of the catalogue.");
        line(out, "shares", "", shares);
        table(out, "requests_total", "Requests that were answered.", requests);
        table(out, "refusals_total", "Those of them that were refused.", refusals);
        head(out, "dropped_packets_total", "counter", "Packets that are no request, or without a connection id.");
        line(out, "dropped_packets_total", "", dropped.sum());
        durations(out);
        return out.toString();
    }

    private static void head(StringBuilder out, String name, String type, String text) {
        out.append("# HELP shoal_tracker_").append(name).append(' ').append(text).append('\n');
        out.append("# TYPE shoal_tracker_").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder out, String name, String labels, Number value) {
        out.append("shoal_tracker_").append(name).append(labels).append(' ').append(value).append('\n');
    }

    private static void table(StringBuilder out, String name, String text, Map<Type, LongAdder[]> table) {
        head(out, name, "counter", text);
        for (Type type : Type.values()) {
            for (int kind = 0; kind < KINDS; kind++) {
                if (type == Type.CONNECT && kind < 2) continue; // HTTP has none
                String labels = "{type=\"" + type.name().toLowerCase(Locale.ROOT) + "\",protocol=\""
                        + (kind < 2 ? "http" : "udp") + "\",ip_version=\"" + (kind % 2 == 0 ? 4 : 6) + "\"}";
                line(out, name, labels, at(table, type, kind).sum());
            }
        }
    }

    private void durations(StringBuilder out) {
        String name = "request_duration_seconds";
        head(out, name, "histogram", "From an announce's last byte to its answer, without the sending.");
        long sum = 0;
        for (int i = 0; i <= BUCKETS.length; i++) {
            sum += durations[i].sum();
            String most = i == BUCKETS.length ? "+Inf" : String.valueOf(BUCKETS[i] / 1e6);
            line(out, name + "_bucket", "{le=\"" + most + "\"}", sum);
        }
        line(out, name + "_sum", "", nanoseconds.sum() / 1e9);
        line(out, name + "_count", "", sum);
    }
}
