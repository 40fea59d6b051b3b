package shoal.catalogue;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * Reads the JSON that a catalogue sends. Anyone may have written it: every field is checked, one that is missing or of
 * another type makes the whole answer wrong, unknown ones are left out.
 */
public final class CatalogueJsonReader {
    /** Bytes of an answer that are read at most. */
    public static final int MOST_BYTES = 4 << 20;

    private static final int MOST_TEXT = 8 << 10;
    private static final int MOST_RECORDS = 64;

    private CatalogueJsonReader() {}

    /** One entry. */
    public static CatalogueEntry entry(byte[] json) throws CatalogueFormatException {
        return entry(object(json));
    }

    /** What a name stands for. */
    public static NameMatches names(byte[] json) throws CatalogueFormatException {
        Map<?, ?> map = object(json);
        return new NameMatches(entries(map, "exact"), entries(map, "similar"));
    }

    /** A part of a search's result. */
    public static SearchPage page(byte[] json) throws CatalogueFormatException {
        Map<?, ?> map = object(json);
        int next = map.containsKey("next") ? (int) number(map, "next", Integer.MAX_VALUE) : SearchPage.NO_MORE;
        return new SearchPage(entries(map, "entries"), next);
    }

    /** The holders of one share. */
    public static List<Holder> holders(byte[] json) throws CatalogueFormatException {
        return holders(object(json));
    }

    /** The shares with one root. */
    public static List<RootMatch> roots(byte[] json) throws CatalogueFormatException {
        var matches = new ArrayList<RootMatch>();
        for (Map<?, ?> match : list(object(json), "shares")) {
            matches.add(new RootMatch(
                    entry(asObject(match.get("share"))),
                    text(match, "path"),
                    (int) number(match, "fileIndex", Integer.MAX_VALUE),
                    number(match, "length", Long.MAX_VALUE),
                    holders(match)));
        }
        return matches;
    }

    /** Name records alone, whether they are genuine or not. */
    public static List<NameRecord> records(byte[] json) throws CatalogueFormatException {
        return records(object(json), "records");
    }

    private static List<NameRecord> records(Map<?, ?> map, String key) throws CatalogueFormatException {
        if (!(map.get(key) instanceof List<?> list)) throw new CatalogueFormatException(key + " is not a list");
        if (list.size() > MOST_RECORDS) throw new CatalogueFormatException("more than " + MOST_RECORDS + " records");
        var records = new ArrayList<NameRecord>();
        for (Object value : list) {
            if (!(value instanceof String hex) || hex.length() > 2 * NameRecord.MOST_BYTES) {
                throw new CatalogueFormatException("a name record is not a text");
            }
            try {
                records.add(NameRecord.read(HexFormat.of().parseHex(hex)));
            } catch (IllegalArgumentException e) {
                throw new CatalogueFormatException("a name record is not hexadecimal");
            }
        }
        return records;
    }

    /** The reason of a refusal, if {@code json} is one. */
    public static Optional<String> error(byte[] json) {
        try {
            return Optional.of(text(object(json), "error"));
        } catch (CatalogueFormatException e) {
            return Optional.empty();
        }
    }

    private static List<CatalogueEntry> entries(Map<?, ?> map, String key) throws CatalogueFormatException {
        var entries = new ArrayList<CatalogueEntry>();
        for (Map<?, ?> entry : list(map, key)) entries.add(entry(entry));
        return entries;
    }

    private static CatalogueEntry entry(Map<?, ?> map) throws CatalogueFormatException {
        try {
            return new CatalogueEntry(
                    new CatalogueName(text(map, "name")),
                    Hash.ofHex(text(map, "hash")),
                    number(map, "length", Long.MAX_VALUE),
                    (int) number(map, "files", Integer.MAX_VALUE),
                    (int) number(map, "pieceLength", Integer.MAX_VALUE),
                    flag(map, "private"),
                    (int) number(map, "seeders", Integer.MAX_VALUE),
                    (int) number(map, "leechers", Integer.MAX_VALUE),
                    Instant.parse(text(map, "added")),
                    map.containsKey("records") ? records(map, "records") : List.of());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new CatalogueFormatException("an entry is wrong: " + e.getMessage());
        }
    }

    private static List<Holder> holders(Map<?, ?> map) throws CatalogueFormatException {
        var holders = new ArrayList<Holder>();
        for (Map<?, ?> holder : list(map, "peers")) {
            int percent = holder.containsKey("percent") ? (int) number(holder, "percent", 100) : Holder.UNKNOWN;
            try {
                holders.add(new Holder(
                        Endpoint.parse(text(holder, "endpoint")),
                        number(holder, "left", Long.MAX_VALUE),
                        percent,
                        Duration.ofSeconds(number(holder, "seenSecondsAgo", Integer.MAX_VALUE))));
            } catch (IllegalArgumentException e) {
                throw new CatalogueFormatException("a peer is wrong: " + e.getMessage());
            }
        }
        return holders;
    }

    private static Map<?, ?> object(byte[] json) throws CatalogueFormatException {
        if (json.length > MOST_BYTES) throw new CatalogueFormatException("more than " + MOST_BYTES + " bytes");
        try {
            return asObject(JSON.std.anyFrom(json));
        } catch (JacksonException e) {
            throw new CatalogueFormatException("not JSON: " + e.getOriginalMessage());
        }
    }

    private static Map<?, ?> asObject(@Nullable Object value) throws CatalogueFormatException {
        if (value instanceof Map<?, ?> map) return map;
        throw new CatalogueFormatException("an object is expected");
    }

    private static List<Map<?, ?>> list(Map<?, ?> map, String key) throws CatalogueFormatException {
        if (!(map.get(key) instanceof List<?> list)) throw new CatalogueFormatException(key + " is not a list");
        var objects = new ArrayList<Map<?, ?>>();
        for (Object value : list) objects.add(asObject(value));
        return objects;
    }

    private static String text(Map<?, ?> map, String key) throws CatalogueFormatException {
        if (map.get(key) instanceof String text && text.length() <= MOST_TEXT) return text;
        throw new CatalogueFormatException(key + " is not a text");
    }

    private static long number(Map<?, ?> map, String key, long most) throws CatalogueFormatException {
        Object value = map.get(key);
        if (value instanceof Integer || value instanceof Long) {
            long number = ((Number) value).longValue();
            if (number >= 0 && number <= most) return number;
        }
        throw new CatalogueFormatException(key + " is not a number from 0 to " + most);
    }

    private static boolean flag(Map<?, ?> map, String key) throws CatalogueFormatException {
        if (map.get(key) instanceof Boolean flag) return flag;
        throw new CatalogueFormatException(key + " is neither true nor false");
    }
}
