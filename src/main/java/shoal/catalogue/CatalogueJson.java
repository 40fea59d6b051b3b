package shoal.catalogue;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** The catalogue's values as JSON in UTF-8; {@code docs/HTTP.md} describes it, {@link CatalogueJsonReader} reads it. */
public final class CatalogueJson {
    private CatalogueJson() {}

    /** One entry. */
    public static byte[] entry(CatalogueEntry entry) {
        return JSON.std.asBytes(map(entry));
    }

    /** What a name stands for. */
    public static byte[] names(NameMatches matches) {
        var out = new LinkedHashMap<String, Object>();
        out.put("exact", matches.exact().stream().map(CatalogueJson::map).toList());
        out.put("similar", matches.similar().stream().map(CatalogueJson::map).toList());
        return JSON.std.asBytes(out);
    }

    /** A part of a search's result. */
    public static byte[] page(SearchPage page) {
        var out = new LinkedHashMap<String, Object>();
        out.put("entries", page.entries().stream().map(CatalogueJson::map).toList());
        if (page.next() != SearchPage.NO_MORE) out.put("next", page.next());
        return JSON.std.asBytes(out);
    }

    /** The holders of one share. */
    public static byte[] holders(List<Holder> holders) {
        return JSON.std.asBytes(Map.of("peers", maps(holders)));
    }

    /** The shares with one root. */
    public static byte[] roots(List<RootMatch> matches) {
        return JSON.std.asBytes(Map.of("shares", matches.stream().map(CatalogueJson::map).toList()));
    }

    /** Name records alone. */
    public static byte[] records(List<NameRecord> records) {
        return JSON.std.asBytes(Map.of("records", hex(records)));
    }

    private static List<String> hex(List<NameRecord> records) {
        return records.stream().map(record -> HexFormat.of().formatHex(record.encoded())).toList();
    }

    /** A refusal. */
    public static byte[] error(String reason) {
        return JSON.std.asBytes(Map.of("error", reason));
    }

    private static Map<String, Object> map(CatalogueEntry entry) {
        var out = new LinkedHashMap<String, Object>();
        out.put("name", entry.name().text());
        out.put("hash", entry.infoHash().hex());
        out.put("length", entry.length());
        out.put("files", entry.files());
        out.put("pieceLength", entry.pieceLength());
        out.put("private", entry.isPrivate());
        out.put("seeders", entry.seeders());
        out.put("leechers", entry.leechers());
        out.put("added", entry.added().toString());
        if (!entry.records().isEmpty()) out.put("records", hex(entry.records()));
        return out;
    }

    private static Map<String, Object> map(RootMatch match) {
        var out = new LinkedHashMap<String, Object>();
        out.put("share", map(match.entry()));
        out.put("path", match.path());
        out.put("fileIndex", match.fileIndex());
        out.put("length", match.length());
        out.put("peers", maps(match.holders()));
        return out;
    }

    private static List<Map<String, Object>> maps(List<Holder> holders) {
        return holders.stream().map(CatalogueJson::map).toList();
    }

    private static Map<String, Object> map(Holder holder) {
        var out = new LinkedHashMap<String, Object>();
        out.put("endpoint", holder.endpoint().toString());
        out.put("left", holder.left());
        if (holder.percent() != Holder.UNKNOWN) out.put("percent", holder.percent());
        out.put("seenSecondsAgo", holder.seenAgo().toSeconds());
        return out;
    }
}
