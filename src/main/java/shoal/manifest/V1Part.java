package shoal.manifest;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.InfoHash;

/**
 * A hybrid's info dictionary without what v2 has put into it: one of BitTorrent v1 alone, over the same pieces, for
 * clients that cannot read the other. Whoever has the hybrid makes the same one: {@code file tree} and
 * {@code meta version} are left out, and each pad file is called {@code .pad/N}, where N is its place in the list
 * counted from 0, because some clients take no two files of one path.
 *
 * @param hash the SHA-1 of {@code info}, which names its swarm
 * @param info the bytes
 */
public record V1Part(InfoHash hash, BString info) {
    private static final BString PAD = BString.of(".pad");

    /**
     * That of a hybrid of {@code length} bytes whose keys of v1 are right. None of a private share, whose trackers
     * count by the hashes that they know (BEP 27); and none where it would be longer than the whole, or a file of the
     * share could lie under the name of a pad file: hybrids that somebody uses are not like that.
     */
    static Optional<V1Part> of(BDict hybrid, int length) {
        if (hybrid.integer("private").orElse(0L) != 0) return Optional.empty();
        BDict.Builder info = BDict.builder();
        hybrid.forEach(info::put);
        info.remove("file tree");
        info.remove("meta version");
        BList list = hybrid.list("files").orElse(null);
        if (list != null) {
            List<Bencoded> files = files(list);
            if (files.isEmpty()) return Optional.empty();
            info.put("files", new BList(files));
        }
        var out = new ByteArrayOutputStream(length);
        info.build().write(out);
        if (out.size() > length) return Optional.empty();
        byte[] raw = out.toByteArray();
        return Optional.of(new V1Part(InfoHash.sha1(raw), BString.wrap(raw)));
    }

    /** None if one lies where pad files do. */
    private static List<Bencoded> files(BList list) {
        var files = new ArrayList<Bencoded>(list.size());
        for (Bencoded each : list) {
            if (!(each instanceof BDict file)) return List.of();
            if (HybridKeys.isPad(file)) {
                List<Bencoded> path = List.of(PAD, BString.of(Integer.toString(files.size())));
                BDict.Builder pad = BDict.builder();
                file.forEach(pad::put);
                files.add(pad.put("path", new BList(path)).remove("path.utf-8").build());
            } else if (file.list("path").filter(path -> path.values().getFirst().equals(PAD)).isPresent()) {
                return List.of();
            } else {
                files.add(file);
            }
        }
        return files;
    }
}
