package shoal.manifest;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;

/**
 * Reads what stands beside the info dictionary. None of it is needed to fetch anything, so what is not as it should be
 * is left out; only an absurd number of addresses is refused.
 */
final class ExtrasReader {
    private int urls;

    private ExtrasReader() {}

    static Extras read(BDict top) throws ManifestException {
        var reader = new ExtrasReader();
        return new Extras(
                reader.trackers(top),
                reader.webSeeds(top),
                text(top.string("comment")),
                text(top.string("created by")),
                top.integer("creation date").flatMap(ExtrasReader::instant));
    }

    /** A list of tiers replaces the single tracker (BEP 12). */
    private List<List<String>> trackers(BDict top) throws ManifestException {
        var tiers = new ArrayList<List<String>>();
        for (Bencoded tier : top.list("announce-list").orElse(new BList(List.of()))) {
            if (tier instanceof BList addresses) tiers.add(urls(addresses));
            else if (tier instanceof BString) tiers.add(urls(new BList(List.of(tier))));
        }
        if (tiers.stream().allMatch(List::isEmpty)) {
            tiers.clear();
            tiers.add(urls(new BList(top.value("announce").stream().toList())));
        }
        return tiers;
    }

    private List<String> webSeeds(BDict top) throws ManifestException {
        Bencoded value = top.value("url-list").orElse(null);
        if (value instanceof BList list) return urls(list);
        return urls(new BList(value == null ? List.of() : List.of(value)));
    }

    private List<String> urls(BList values) throws ManifestException {
        var found = new ArrayList<String>();
        for (Bencoded value : values) {
            if (!(value instanceof BString bytes)) continue;
            String url = bytes.utf8().orElse("").strip();
            if (url.isEmpty() || url.length() > ManifestLimits.MAX_TEXT || hasControls(url)) continue;
            if (++urls > ManifestLimits.MAX_URLS) {
                throw new ManifestException("it names more than " + ManifestLimits.MAX_URLS + " trackers");
            }
            found.add(url);
        }
        return found;
    }

    private static boolean hasControls(String url) {
        return url.chars().anyMatch(c -> c <= ' ' || c == 0x7f);
    }

    private static Optional<String> text(Optional<BString> bytes) {
        return bytes.map(BString::text).map(ManifestLimits::cut).filter(text -> !text.isEmpty());
    }

    private static Optional<Instant> instant(long seconds) {
        try {
            return Optional.of(Instant.ofEpochSecond(seconds));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
