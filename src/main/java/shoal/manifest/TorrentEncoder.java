package shoal.manifest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Writes a .torrent file. The layers can be most of it, so they go straight to an array of the right length. */
final class TorrentEncoder {
    private static final byte[] LAYERS = "12:piece layersd".getBytes(US_ASCII);

    private TorrentEncoder() {}

    static byte[] encode(InfoDict info, Extras extras, Map<Hash, HashList> layers) {
        byte[] head = head(extras);
        byte[] tail = tail(extras);
        // the dictionary of layers ends with a byte of its own
        long size = (long) head.length + info.raw().length() + LAYERS.length + 1 + tail.length;
        for (HashList layer : layers.values()) size += entryHead(layer).length + (layer.size() + 1L) * Hash.BYTES;
        var out = new byte[Math.toIntExact(size)];
        int at = put(out, put(out, put(out, 0, head), info.raw()), LAYERS);
        for (var entry : new TreeMap<>(layers).entrySet()) {
            HashList layer = entry.getValue();
            byte[] lengths = entryHead(layer);
            // the key's length, the key, the value's length, the value
            System.arraycopy(lengths, 0, out, at, 3);
            entry.getKey().write(out, at + 3);
            System.arraycopy(lengths, 3, out, at + 3 + Hash.BYTES, lengths.length - 3);
            at += lengths.length + Hash.BYTES;
            layer.write(0, layer.size(), out, at);
            at += layer.size() * Hash.BYTES;
        }
        out[at++] = 'e';
        put(out, at, tail);
        return out;
    }

    /** One without layers, for BitTorrent v1 alone. */
    static byte[] encodeV1(V1Part part, Extras extras) {
        byte[] head = head(extras);
        byte[] tail = tail(extras);
        byte[] out = Arrays.copyOf(head, head.length + part.info().length() + tail.length);
        put(out, put(out, head.length, part.info()), tail);
        return out;
    }

    private static byte[] entryHead(HashList layer) {
        return ("32:" + (long) layer.size() * Hash.BYTES + ":").getBytes(US_ASCII);
    }

    private static int put(byte[] out, int at, byte[] part) {
        System.arraycopy(part, 0, out, at, part.length);
        return at + part.length;
    }

    private static int put(byte[] out, int at, BString part) {
        part.copyTo(out, at);
        return at + part.length();
    }

    /** All before the info dictionary and its key, the keys in ascending order. */
    private static byte[] head(Extras extras) {
        var out = new ByteArrayOutputStream();
        out.write('d');
        List<List<String>> trackers = extras.trackers();
        if (!trackers.isEmpty()) put(out, "announce", BString.of(trackers.getFirst().getFirst()));
        if (trackers.size() > 1 || (!trackers.isEmpty() && trackers.getFirst().size() > 1)) {
            put(out, "announce-list", new BList(trackers.stream().map(TorrentEncoder::strings).toList()));
        }
        extras.comment().ifPresent(comment -> put(out, "comment", BString.of(comment)));
        extras.createdBy().ifPresent(program -> put(out, "created by", BString.of(program)));
        extras.creationDate().ifPresent(date -> put(out, "creation date", new BInt(date.getEpochSecond())));
        BString.of("info").write(out);
        return out.toByteArray();
    }

    /** All behind the layers. */
    private static byte[] tail(Extras extras) {
        var out = new ByteArrayOutputStream();
        if (!extras.webSeeds().isEmpty()) put(out, "url-list", strings(extras.webSeeds()));
        out.write('e');
        return out.toByteArray();
    }

    private static Bencoded strings(List<String> texts) {
        return new BList(texts.stream().<Bencoded>map(BString::of).toList());
    }

    private static void put(ByteArrayOutputStream out, String key, Bencoded value) {
        BString.of(key).write(out);
        value.write(out);
    }
}
