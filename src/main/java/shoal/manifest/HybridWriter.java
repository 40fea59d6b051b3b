package shoal.manifest;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import shoal.bencode.BDict;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Sha1List;

/**
 * The keys of BitTorrent v1 in an info dictionary that is made here (BEP 52 "Upgrade path", BEP 47): the files in the
 * order of the tree, and behind each of them, also the last one, as many zeros as its last piece lacks. Behind the only
 * file of a share there is nothing. This is how libtorrent writes it.
 */
final class HybridWriter {
    private static final BString PAD = BString.of(".pad");

    private final int pieceLength;
    private final boolean padded;
    private final List<Bencoded> files = new ArrayList<>();
    private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();

    /** Of a share of {@code count} files. */
    HybridWriter(int pieceLength, int count) {
        this.pieceLength = pieceLength;
        padded = count > 1;
    }

    /** The next file of the tree. */
    void file(List<BString> path, long length, boolean executable, Sha1List sha1) throws ManifestException {
        long right = Math.ceilDiv(length, (long) pieceLength);
        if (sha1.size() != right) {
            throw new ManifestException("a hybrid needs " + right + " SHA-1 hashes of " + path.getLast().text()
                    + ", not " + sha1.size());
        }
        BDict.Builder file = BDict.builder().put("length", length).put("path", new BList(List.<Bencoded>copyOf(path)));
        if (executable) file.put("attr", "x");
        files.add(file.build());
        long gap = right * pieceLength - length;
        if (gap > 0 && padded) files.add(pad(gap));
        pieces.writeBytes(sha1.bytes());
    }

    private static BDict pad(long length) {
        return BDict.builder()
                .put("attr", "p")
                .put("length", length)
                .put("path", new BList(List.of(PAD, BString.of(Long.toString(length)))))
                .build();
    }

    /** Adds the keys; {@code alone}: the one file is called as the share is, and has no folder. */
    void write(BDict.Builder info, boolean alone) {
        info.put("pieces", BString.wrap(pieces.toByteArray()));
        if (alone && files.getFirst() instanceof BDict file) {
            for (String key : List.of("attr", "length")) file.value(key).ifPresent(value -> info.put(key, value));
        } else {
            info.put("files", new BList(files));
        }
    }
}
