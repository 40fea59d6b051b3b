package shoal.manifest;

import static shoal.bytes.Printable.quoted;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.codec.binary.Base32;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;

/** Reads one magnet link. */
final class MagnetReader {
    static final String SCHEME = "magnet:";

    private static final int MAX_LENGTH = 1 << 20;
    private static final int MAX_DIGITS = 9;
    private static final String V2 = "urn:btmh:";
    private static final String V1 = "urn:btih:";
    /** The multihash of 32 bytes of SHA-256. */
    private static final String SHA_256 = "1220";

    private @Nullable Hash infoHash;
    private @Nullable InfoHash v1Hash;
    private @Nullable String name;
    private OptionalLong length = OptionalLong.empty();
    private final Set<String> trackers = new LinkedHashSet<>();
    private final Set<Endpoint> peers = new LinkedHashSet<>();
    private final Set<String> webSeeds = new LinkedHashSet<>();
    private final List<Magnet.Span> selected = new ArrayList<>();

    Magnet read(String link) throws ManifestException {
        if (!Magnet.isMagnet(link)) throw new ManifestException("it does not begin with magnet:");
        if (link.length() > MAX_LENGTH) throw new ManifestException("it is longer than " + MAX_LENGTH + " characters");
        int query = link.indexOf('?');
        if (query != SCHEME.length()) throw new ManifestException("there is no ? behind magnet:");
        for (String parameter : link.substring(query + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0) take(key(parameter.substring(0, equals)), Percent.decode(parameter.substring(equals + 1)));
        }
        if (infoHash == null && v1Hash == null) {
            throw new ManifestException("it has no info hash (xt=urn:btmh:1220 and 64 hexadecimal digits)");
        }
        return new Magnet(
                Optional.ofNullable(infoHash),
                Optional.ofNullable(v1Hash),
                Optional.ofNullable(name),
                length,
                List.copyOf(trackers),
                List.copyOf(peers),
                List.copyOf(webSeeds),
                selected);
    }

    /** Case does not count in a key, nor does a number behind it: {@code tr.1} is {@code tr}. */
    private static String key(String text) {
        String key = Percent.decode(text).toLowerCase(Locale.ROOT);
        int dot = key.lastIndexOf('.');
        boolean numbered = dot > 0 && dot < key.length() - 1
                && key.chars().skip(dot + 1L).allMatch(c -> c >= '0' && c <= '9');
        return numbered ? key.substring(0, dot) : key;
    }

    private void take(String key, String value) throws ManifestException {
        switch (key) {
            case "xt" -> topic(value.strip());
            case "dn" -> name = name == null && !value.isBlank() ? ManifestLimits.cut(value) : name;
            case "xl" -> length = number(value).isPresent() ? number(value) : length;
            case "tr" -> url(trackers, value);
            case "ws" -> url(webSeeds, value);
            case "x.pe" -> peer(value);
            case "so" -> select(value);
            default -> { }
        }
    }

    private void topic(String urn) throws ManifestException {
        if (urn.regionMatches(true, 0, V2, 0, V2.length())) {
            Hash hash = multihash(urn.substring(V2.length()));
            if (infoHash != null && !infoHash.equals(hash)) throw new ManifestException("it has two v2 info hashes");
            infoHash = hash;
        } else if (urn.regionMatches(true, 0, V1, 0, V1.length())) {
            InfoHash hash = shortHash(urn.substring(V1.length()));
            if (v1Hash != null && !v1Hash.equals(hash)) throw new ManifestException("it has two v1 info hashes");
            v1Hash = hash;
        }
    }

    private static Hash multihash(String text) throws ManifestException {
        if (!text.startsWith(SHA_256)) {
            throw new ManifestException("its hash " + quoted(text) + " does not begin with 1220, which means SHA-256");
        }
        try {
            return Hash.ofHex(text.substring(SHA_256.length()));
        } catch (IllegalArgumentException e) {
            throw new ManifestException("its hash " + quoted(text) + " is not 1220 and 64 hexadecimal digits", e);
        }
    }

    private static InfoHash shortHash(String text) throws ManifestException {
        try {
            if (text.length() == 2 * InfoHash.BYTES) return InfoHash.ofHex(text);
            var base32 = Base32.builder().get();
            String upper = text.toUpperCase(Locale.ROOT);
            if (text.length() == 32 && base32.isInAlphabet(upper)) return InfoHash.of(base32.decode(upper));
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new ManifestException("its hash " + quoted(text) + " is neither 40 hexadecimal digits nor 32 of base32");
    }

    private static OptionalLong number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private static void url(Set<String> urls, String value) throws ManifestException {
        String url = value.strip();
        if (url.isEmpty() || url.length() > ManifestLimits.MAX_TEXT || url.chars().anyMatch(c -> c <= ' ')) return;
        if (urls.size() >= ManifestLimits.MAX_URLS) {
            throw new ManifestException("it names more than " + ManifestLimits.MAX_URLS + " trackers");
        }
        urls.add(url);
    }

    private void peer(String value) {
        try {
            if (peers.size() < ManifestLimits.MAX_URLS) peers.add(Endpoint.parse(value.strip()));
        } catch (IllegalArgumentException e) {
            // a host's name, or garbage: there may be other peers
        }
    }

    private void select(String value) throws ManifestException {
        for (String part : value.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = fileNumber(value, dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : fileNumber(value, part.substring(dash + 1));
            if (last < first) throw notNumbers(value);
            if (selected.size() >= ManifestLimits.MAX_TEXT) {
                throw new ManifestException("its so= has more than " + ManifestLimits.MAX_TEXT + " parts");
            }
            selected.add(new Magnet.Span(first, last));
        }
    }

    private static int fileNumber(String value, String digits) throws ManifestException {
        OptionalLong number = digits.length() > MAX_DIGITS ? OptionalLong.empty() : number(digits);
        if (number.isEmpty()) throw notNumbers(value);
        return (int) number.getAsLong();
    }

    private static ManifestException notNumbers(String value) {
        return new ManifestException("its so=" + quoted(value) + " is no list of file numbers like 0,2-4");
    }

    static String format(List<Magnet.Span> selected) {
        return selected.stream()
                .map(s -> s.first() == s.last() ? Integer.toString(s.first()) : s.first() + "-" + s.last())
                .collect(Collectors.joining(","));
    }
}
