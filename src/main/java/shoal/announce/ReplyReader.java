package shoal.announce;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bencode.BencodeException;
import shoal.bencode.BencodeLimits;
import shoal.bencode.BencodeReader;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.Printable;

/**
 * Reads what any tracker may send as the body of its response. What is usable is used: bad peers are skipped, numbers
 * are brought into their range, texts are cut and cleaned.
 */
public final class ReplyReader {
    private static final BencodeLimits LIMITS = new BencodeLimits(20, 400_000, AnnounceLimits.REPLY_BYTES);
    private static final Duration USUAL_INTERVAL = Duration.ofMinutes(30);

    private ReplyReader() {}

    /** Reads the reply to an announce. */
    public static TrackerReply read(byte[] body) throws AnnounceException {
        BDict dict = dict(body);
        Optional<BString> failure = dict.string("failure reason");
        if (failure.isPresent()) return failure(dict, failure.get());
        Set<Endpoint> peers = new LinkedHashSet<>();
        dict.value("peers").ifPresent(value -> addPeers(peers, value, Endpoint.COMPACT_4));
        dict.value("peers6").ifPresent(value -> addPeers(peers, value, Endpoint.COMPACT_6));
        return new AnnounceReply(
                clamped(dict.integer("interval").orElse(USUAL_INTERVAL.toSeconds())),
                dict.integer("min interval")
                        .map(s -> Duration.ofSeconds(Math.clamp(s, 0, AnnounceLimits.MOST_INTERVAL.toSeconds())))
                        .orElse(Duration.ZERO),
                count(dict, "complete"),
                count(dict, "incomplete"),
                count(dict, "downloaded"),
                CompactPeers.of(peers),
                Map.of(),
                dict.string("external ip").flatMap(ReplyReader::address),
                dict.string("warning message").map(ReplyReader::clean));
    }

    /** Reads the reply to a scrape. */
    public static ScrapeReply readScrape(byte[] body) throws AnnounceException {
        BDict dict = dict(body);
        Optional<BString> failure = dict.string("failure reason");
        if (failure.isPresent()) throw new AnnounceException("the tracker says: " + clean(failure.get()));
        var files = new HashMap<InfoHash, SwarmFigures>();
        dict.dict("files").ifPresent(found -> found.forEach((key, value) -> {
            if (key.length() == InfoHash.BYTES && value instanceof BDict figures) {
                files.put(InfoHash.of(key.bytes()), figures(figures));
            }
        }));
        return new ScrapeReply(files);
    }

    /** The text of a tracker or its catalogue as it may be shown: cut, and nothing in it that steers a terminal. */
    public static String clean(String text) {
        boolean isShort = text.codePointCount(0, text.length()) <= AnnounceLimits.TEXT_CHARACTERS;
        int end = isShort ? text.length() : text.offsetByCodePoints(0, AnnounceLimits.TEXT_CHARACTERS);
        return Printable.of(text.substring(0, end));
    }

    private static String clean(BString text) {
        return clean(text.text());
    }

    private static BDict dict(byte[] body) throws AnnounceException {
        try {
            return BencodeReader.readDictLeniently(body, 0, body.length, LIMITS).value() instanceof BDict dict
                    ? dict
                    : BDict.builder().build();
        } catch (BencodeException e) {
            throw new AnnounceException("the tracker's reply is not bencoded: " + e.getMessage());
        }
    }

    private static AnnounceFailure failure(BDict dict, BString reason) {
        Optional<Bencoded> retry = dict.value("retry in");
        boolean never = retry.filter(v -> v instanceof BString s && s.text().equals("never")).isPresent();
        Optional<Duration> in = retry.flatMap(ReplyReader::minutes)
                .or(() -> dict.integer("interval").map(ReplyReader::clamped));
        return new AnnounceFailure(clean(reason), in, never);
    }

    private static Optional<Duration> minutes(Bencoded value) {
        long minutes = switch (value) {
            case BInt integer -> integer.value();
            case BString text -> text.text().matches("[0-9]{1,6}") ? Long.parseLong(text.text()) : 0;
            case BList list -> 0;
            case BDict dict -> 0;
        };
        return minutes <= 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(Math.min(minutes, 60)));
    }

    static Duration clamped(long seconds) {
        return Duration.ofSeconds(Math.clamp(
                seconds, AnnounceLimits.LEAST_INTERVAL.toSeconds(), AnnounceLimits.MOST_INTERVAL.toSeconds()));
    }

    private static SwarmFigures figures(BDict dict) {
        return new SwarmFigures(count(dict, "complete"), count(dict, "incomplete"), count(dict, "downloaded"));
    }

    private static int count(BDict dict, String key) {
        return Math.clamp(dict.integer(key).orElse(0L), 0, Integer.MAX_VALUE);
    }

    private static void addPeers(Set<Endpoint> peers, Bencoded value, int compact) {
        switch (value) {
            case BString entries -> addCompact(peers, entries.buffer(), compact);
            case BList list -> {
                for (Bencoded entry : list) {
                    if (peers.size() >= AnnounceLimits.REPLY_PEERS) return;
                    if (entry instanceof BDict dict) dictionary(dict).ifPresent(peers::add);
                }
            }
            case BInt number -> {}
            case BDict dict -> {}
        }
    }

    static void addCompact(Collection<Endpoint> peers, ByteBuffer entries, int compact) {
        while (entries.remaining() >= compact && peers.size() < AnnounceLimits.REPLY_PEERS) {
            ByteBuffer entry = entries.slice(entries.position(), compact);
            entries.position(entries.position() + compact);
            if (entry.getShort(compact - 2) == 0) continue;
            Endpoint peer = Endpoint.read(entry, compact - 2);
            if (peer.isReachable()) peers.add(peer);
        }
    }

    private static Optional<Endpoint> dictionary(BDict dict) {
        long port = dict.integer("port").orElse(0L);
        String ip = dict.string("ip").map(BString::text).orElse("");
        // a host name would be looked up on behalf of whoever wrote the reply
        if (port < 1 || port > 65535) return Optional.empty();
        if (ip.isEmpty() || ip.length() > 45 || ip.indexOf('%') >= 0) return Optional.empty();
        try {
            return Optional.of(new Endpoint(InetAddress.ofLiteral(ip), (int) port)).filter(Endpoint::isReachable);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> address(BString bytes) {
        if (bytes.length() != 4 && bytes.length() != 16) return Optional.empty();
        try {
            return Optional.of(InetAddress.getByAddress(bytes.bytes()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
