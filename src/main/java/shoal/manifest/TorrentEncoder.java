package shoal.manifest;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Writes a .torrent file. By hand and not as a tree of values, because the layers can be most of the memory. */
final class TorrentEncoder {
    private static final int LAYER_OVERHEAD = 48;
    private static final int REST = 4096;

    private final ByteArrayOutputStream out;

    private TorrentEncoder(int size) {
        out = new ByteArrayOutputStream(size);
    }

    static byte[] encode(InfoDict info, Extras extras, Map<Hash, HashList> layers) {
        long size = info.raw().length() + (long) REST;
        for (HashList layer : layers.values()) size += (long) layer.size() * Hash.BYTES + LAYER_OVERHEAD;
        var encoder = new TorrentEncoder(Math.toIntExact(size));
        encoder.top(info, extras, layers);
        return encoder.out.toByteArray();
    }

    /** The keys in ascending order. */
    private void top(InfoDict info, Extras extras, Map<Hash, HashList> layers) {
        out.write('d');
        List<List<String>> trackers = extras.trackers();
        if (!trackers.isEmpty()) put("announce", BString.of(trackers.getFirst().getFirst()));
        if (trackers.size() > 1 || (!trackers.isEmpty() && trackers.getFirst().size() > 1)) {
            put("announce-list", new BList(trackers.stream().map(TorrentEncoder::strings).toList()));
        }
        extras.comment().ifPresent(comment -> put("comment", BString.of(comment)));
        extras.createdBy().ifPresent(program -> put("created by", BString.of(program)));
        extras.creationDate().ifPresent(date -> put("creation date", new BInt(date.getEpochSecond())));
        BString.of("info").write(out);
        out.writeBytes(info.raw().bytes());
        BString.of("piece layers").write(out);
        layers(layers);
        if (!extras.webSeeds().isEmpty()) put("url-list", strings(extras.webSeeds()));
        out.write('e');
    }

    private void layers(Map<Hash, HashList> layers) {
        out.write('d');
        new TreeMap<>(layers).forEach((root, layer) -> {
            BString.wrap(root.bytes()).write(out);
            BString.wrap(layer.bytes()).write(out);
        });
        out.write('e');
    }

    private static Bencoded strings(List<String> texts) {
        return new BList(texts.stream().<Bencoded>map(BString::of).toList());
    }

    private void put(String key, Bencoded value) {
        BString.of(key).write(out);
        value.write(out);
    }
}
