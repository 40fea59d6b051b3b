package shoal.announce;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/**
 * An announce or a scrape as the query of a URL (BEP 3, 23, 48), in both directions.
 *
 * @param request what is announced
 * @param compact whether the peers may come as compact strings (BEP 23); dictionaries otherwise
 * @param noPeerId whether dictionaries of peers need no peer id
 */
public record AnnounceQuery(AnnounceRequest request, boolean compact, boolean noPeerId) {
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /** Keys of an announce that only the announce itself may put into a URL. */
    public static final List<String> KEYS = List.of(
            "info_hash", "peer_id", "port", "uploaded", "downloaded", "left", "event", "key", "corrupt", "numwant");

    /** Reads the query in {@code bytes} from {@code from} to {@code to}, without the question mark. */
    public static AnnounceQuery read(byte[] bytes, int from, int to) throws AnnounceException {
        var query = new QueryText(bytes, from, to);
        var infoHash = InfoHash.of(required(query, "info_hash", InfoHash.BYTES));
        var peerId = PeerId.of(required(query, "peer_id", PeerId.BYTES));
        int port = (int) query.number("port", 1, 65535, 0);
        if (port == 0) throw new AnnounceException("port is missing");
        long left = query.number("left", 0, Long.MAX_VALUE, -1);
        if (left < 0) throw new AnnounceException("left is missing");
        AnnounceEvent event = AnnounceEvent.of(query.word("event", 16))
                .orElseThrow(() -> new AnnounceException("event is none of started, completed, stopped, paused"));
        var request = new AnnounceRequest(
                infoHash,
                peerId,
                port,
                query.number("uploaded", 0, Long.MAX_VALUE, 0),
                query.number("downloaded", 0, Long.MAX_VALUE, 0),
                left,
                event,
                (int) query.number("numwant", -1, Integer.MAX_VALUE, AnnounceRequest.ANY_NUMBER),
                key(query.word("key", 64)));
        return new AnnounceQuery(
                request, query.number("compact", 0, 1, 1) == 1, query.number("no_peer_id", 0, 1, 0) == 1);
    }

    private static byte[] required(QueryText query, String key, int length) throws AnnounceException {
        int i = query.index(key);
        if (i < 0) throw new AnnounceException(key + " is missing");
        return query.binary(i, key, length);
    }

    /** Eight hexadecimal digits from most clients, anything from others, which then counts as none. */
    private static int key(String word) {
        if (word.isEmpty() || word.length() > 8) return 0;
        return word.chars().allMatch(HexFormat::isHexDigit) ? HexFormat.fromHexDigits(word) : 0;
    }

    /** Writes {@code request} as a query with a compact reply asked for. */
    public static String write(AnnounceRequest request) {
        var out = new StringBuilder(320);
        out.append("info_hash=").append(escaped(request.infoHash().bytes()));
        out.append("&peer_id=").append(escaped(request.peerId().bytes()));
        out.append("&port=").append(request.port());
        out.append("&uploaded=").append(request.uploaded());
        out.append("&downloaded=").append(request.downloaded());
        out.append("&left=").append(request.left());
        if (request.event() != AnnounceEvent.NONE) out.append("&event=").append(request.event().word());
        if (request.numWant() != AnnounceRequest.ANY_NUMBER) out.append("&numwant=").append(request.numWant());
        if (request.key() != 0) out.append(String.format(Locale.ROOT, "&key=%08X", request.key()));
        return out.append("&compact=1&no_peer_id=1").toString();
    }

    /** Reads the hashes of a scrape: one at least, each once, at most {@link AnnounceLimits#SCRAPE_HASHES}. */
    public static List<InfoHash> readScrape(byte[] bytes, int from, int to) throws AnnounceException {
        var query = new QueryText(bytes, from, to);
        var hashes = new TreeSet<InfoHash>();
        for (int i = 0; i < query.size(); i++) {
            if (!query.isKey(i, "info_hash")) continue;
            hashes.add(InfoHash.of(query.binary(i, "info_hash", InfoHash.BYTES)));
            if (hashes.size() > AnnounceLimits.SCRAPE_HASHES) throw new AnnounceException("too many hashes at once");
        }
        if (hashes.isEmpty()) throw new AnnounceException("a full scrape is refused: name an info_hash");
        return List.copyOf(hashes);
    }

    /** Writes a scrape of {@code hashes} as a query. */
    public static String writeScrape(List<InfoHash> hashes) {
        var out = new StringBuilder();
        for (InfoHash hash : hashes) {
            out.append(out.isEmpty() ? "" : "&").append("info_hash=").append(escaped(hash.bytes()));
        }
        return out.toString();
    }

    private static String escaped(byte[] bytes) {
        var out = new StringBuilder(bytes.length * 3);
        for (byte b : bytes) {
            if (b >= 0 && PLAIN.indexOf(b) >= 0) out.append((char) b);
            else out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
        return out.toString();
    }

    /** The query's bytes. */
    public static byte[] ascii(String query) {
        return query.getBytes(StandardCharsets.ISO_8859_1);
    }
}
