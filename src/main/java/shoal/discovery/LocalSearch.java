package shoal.discovery;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import shoal.bytes.InfoHash;

/**
 * Who is looking for peers on the local network (BEP 14): a head like HTTP's in one datagram. Pure.
 *
 * @param port where the sender listens, 1 to 65535
 * @param shares what it takes part in, one at least
 * @param cookie by which it knows its own words again; may be empty
 */
record LocalSearch(int port, List<InfoHash> shares, String cookie) {
    private static final String FIRST_LINE = "BT-SEARCH * HTTP/1.1";
    private static final int HASH_DIGITS = 40;

    /** @throws IllegalArgumentException if the port is none, nothing is looked for, or the cookie is too long */
    LocalSearch {
        if (port < 1 || port > 65535) throw new IllegalArgumentException("port " + port);
        shares = List.copyOf(shares);
        if (shares.isEmpty() || shares.size() > LocalLimits.NAMED) {
            throw new IllegalArgumentException(shares.size() + " shares in a packet");
        }
        if (cookie.length() > LocalLimits.COOKIE) throw new IllegalArgumentException("a cookie that is too long");
    }

    /** All of {@code shares} in as few searches as possible, none longer than {@link LocalLimits#PACKET} bytes. */
    static List<LocalSearch> of(int port, List<InfoHash> shares, String cookie) {
        int each = "Infohash: ".length() + HASH_DIGITS + 2;
        int rest = 128 + cookie.length();
        int most = Math.min(LocalLimits.NAMED, (LocalLimits.PACKET - rest) / each);
        var searches = new ArrayList<LocalSearch>();
        for (int from = 0; from < shares.size(); from += most) {
            searches.add(new LocalSearch(port, shares.subList(from, Math.min(shares.size(), from + most)), cookie));
        }
        return searches;
    }

    /** The datagram to send to {@code group}. */
    byte[] encoded(InetAddress group, int groupPort) {
        String host = group.getHostAddress();
        var text = new StringBuilder(FIRST_LINE + "\r\nHost: ")
                .append(host.indexOf(':') < 0 ? host : "[" + host + "]").append(':').append(groupPort)
                .append("\r\nPort: ").append(port).append("\r\n");
        for (InfoHash share : shares) text.append("Infohash: ").append(share.hex()).append("\r\n");
        if (!cookie.isEmpty()) text.append("cookie: ").append(cookie).append("\r\n");
        return text.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a datagram says; nothing if it is none of these. Lines that are not known are passed over. */
    static Optional<LocalSearch> parse(byte[] datagram) {
        if (datagram.length > LocalLimits.HEARD) return Optional.empty();
        List<String> lines = new String(datagram, StandardCharsets.ISO_8859_1).lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(FIRST_LINE)) return Optional.empty();
        OptionalInt port = OptionalInt.empty();
        var shares = new ArrayList<InfoHash>();
        String cookie = "";
        for (String line : lines.subList(1, lines.size())) {
            if (line.isEmpty()) break;
            int colon = line.indexOf(':');
            String value = colon < 0 ? "" : line.substring(colon + 1).strip();
            if (isField(line, "port:")) port = port(value);
            else if (isField(line, "cookie:")) cookie = value;
            else if (isField(line, "infohash:") && isHash(value)) shares.add(InfoHash.ofHex(value));
        }
        boolean isWrong = port.isEmpty() || shares.isEmpty() || cookie.length() > LocalLimits.COOKIE;
        if (isWrong) return Optional.empty();
        List<InfoHash> some = shares.stream().distinct().limit(LocalLimits.NAMED).toList();
        return Optional.of(new LocalSearch(port.getAsInt(), some, cookie));
    }

    private static boolean isField(String line, String name) {
        return line.regionMatches(true, 0, name, 0, name.length());
    }

    private static boolean isHash(String value) {
        return value.length() == HASH_DIGITS && value.chars().allMatch(LocalSearch::isHexDigit);
    }

    private static boolean isHexDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private static OptionalInt port(String value) {
        if (value.isEmpty() || value.length() > 5) return OptionalInt.empty();
        if (!value.chars().allMatch(c -> c >= '0' && c <= '9')) return OptionalInt.empty();
        int port = Integer.parseInt(value);
        return port < 1 || port > 65535 ? OptionalInt.empty() : OptionalInt.of(port);
    }
}
