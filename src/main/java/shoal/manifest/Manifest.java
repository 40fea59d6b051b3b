package shoal.manifest;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.merkle.Merkle;

/**
 * What is shared: the files, their roots and where their pieces lie (BEP 52). Made by {@link ManifestReader} and
 * {@link ManifestWriter}, which let nothing pass that is not consistent; unchangeable, so any thread may use it.
 *
 * <p>Every piece layer that is here has been proven against its root. Some may be missing: magnet links bring none.
 */
public final class Manifest {
    private final InfoDict info;
    private final Extras extras;
    private final Map<Hash, HashList> layers;

    Manifest(InfoDict info, Extras extras, Map<Hash, HashList> layers) {
        this.info = info;
        this.extras = extras;
        this.layers = layers;
    }

    /** The SHA-256 of the info dictionary: what names this share. */
    public Hash infoHash() {
        return info.hash();
    }

    /** The first 20 bytes of {@link #infoHash}: what names this share's swarm. */
    public InfoHash shortHash() {
        return info.hash().truncated();
    }

    /** The SHA-1 of the info dictionary if it describes the same files for BitTorrent v1 as well (a hybrid). */
    public Optional<InfoHash> v1Hash() {
        return info.v1Hash();
    }

    /** What there is of a hybrid for clients that know v1 alone and cannot read it. */
    public Optional<V1Part> v1Part() {
        return info.v1Part();
    }

    /** The name that the maker gave it; for people, and for the folder if there is more than one file. */
    public String name() {
        return info.name();
    }

    /** Bytes of a piece but for the last one of a file: a power of two from 16 KiB to 512 MiB. */
    public int pieceLength() {
        return info.pieceLength();
    }

    /** The number of pieces of all files. */
    public int pieceCount() {
        return info.pieceCount();
    }

    /** The bytes of all files together. */
    public long length() {
        return info.length();
    }

    /** The files in the order of their pieces. */
    public List<ManifestFile> files() {
        return info.files();
    }

    /** The paths of symbolic links in the manifest, which are not made here. */
    public List<String> symlinks() {
        return info.symlinks();
    }

    /** Whether the one file lies at the root of the tree, so that it gets no folder of its own. */
    public boolean isSingleFile() {
        return info.isSingleFile();
    }

    /** Whether peers may only be learned from its trackers (BEP 27). */
    public boolean isPrivate() {
        return info.isPrivate();
    }

    /** The trackers, in tiers (BEP 12). */
    public List<List<String>> trackers() {
        return extras.trackers();
    }

    /** Web servers that hold the files (BEP 19). */
    public List<String> webSeeds() {
        return extras.webSeeds();
    }

    /** What the maker has to say about it. */
    public Optional<String> comment() {
        return extras.comment();
    }

    /** The program that made it. */
    public Optional<String> createdBy() {
        return extras.createdBy();
    }

    /** When it was made. */
    public Optional<Instant> creationDate() {
        return extras.creationDate();
    }

    /** The bytes of the info dictionary, in a new array. */
    public byte[] info() {
        return info.raw().bytes();
    }

    /** The number of bytes of the info dictionary. */
    public int infoLength() {
        return info.raw().length();
    }

    /** The piece layer of the files with this root; nothing if it is not known or if they have one piece. */
    public Optional<HashList> layer(Hash root) {
        return Optional.ofNullable(layers.get(root));
    }

    /** Whether the layer of each file that needs one is here. */
    public boolean hasAllLayers() {
        return layers.size() == info.layered().size();
    }

    /**
     * This manifest with more piece layers. Takes time for all the layers it has: give many at once.
     *
     * @throws ManifestException if one of them does not fold to its root or belongs to no file; nothing has changed
     */
    public Manifest withLayers(Map<Hash, HashList> more) throws ManifestException {
        var all = new HashMap<>(layers);
        all.putAll(PieceLayers.proven(info, more));
        return new Manifest(info, extras, Map.copyOf(all));
    }

    /** This manifest with these trackers, in tiers, instead of its own. */
    public Manifest withTrackers(List<List<String>> trackers) {
        return withExtras(extras.withTrackers(trackers));
    }

    Manifest withExtras(Extras others) {
        return new Manifest(info, others, layers);
    }

    /**
     * The bytes of a .torrent file: keys sorted, the info dictionary as it was read. Of what stands outside of it, only
     * what this class knows is kept.
     */
    public byte[] encoded() {
        return TorrentEncoder.encode(info, extras, layers);
    }

    /** The bytes of a .torrent file of the {@link #v1Part}, with the same trackers and web seeds. */
    public Optional<byte[]> encodedV1Part() {
        return v1Part().map(part -> TorrentEncoder.encodeV1(part, extras));
    }

    /** The file that {@code piece} lies in. O(log n). */
    public ManifestFile fileOf(int piece) {
        if (piece < 0 || piece >= pieceCount()) throw new IndexOutOfBoundsException(piece + " of " + pieceCount());
        int low = 0;
        int high = files().size() - 1;
        // the last file that starts at or before the piece; empty ones stand before the file they share the number with
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (files().get(middle).firstPiece() <= piece) low = middle;
            else high = middle - 1;
        }
        return files().get(low);
    }

    /** The real bytes of {@code piece}: less than {@link #pieceLength} in the last one of a file. */
    public int pieceSize(int piece) {
        ManifestFile file = fileOf(piece);
        return (int) Math.min(pieceLength(), file.length() - pieceOffset(file, piece));
    }

    /** The number of blocks with real bytes in {@code piece}. */
    public int blocksIn(int piece) {
        return (int) Merkle.blocks(pieceSize(piece));
    }

    /** Where {@code piece} starts within its file. */
    public long pieceOffset(int piece) {
        return pieceOffset(fileOf(piece), piece);
    }

    private long pieceOffset(ManifestFile file, int piece) {
        return (long) (piece - file.firstPiece()) * pieceLength();
    }

    /** The hash that the leaves of {@code piece} fold to; nothing as long as the file's layer is missing. */
    public Optional<Hash> pieceHash(int piece) {
        ManifestFile file = fileOf(piece);
        if (!file.needsLayer(pieceLength())) return Optional.of(file.root());
        return layer(file.root()).map(layer -> layer.at(piece - file.firstPiece()));
    }

    /**
     * How many layers above its leaves the hash of {@code piece} stands: all pieces of a file with several are filled
     * up to the piece length, the only piece of a file just to the next power of two of its blocks.
     */
    public int pieceHeight(int piece) {
        ManifestFile file = fileOf(piece);
        return file.needsLayer(pieceLength()) ? Merkle.pieceLayer(pieceLength()) : Merkle.height(file.length());
    }

    /** The distinct roots whose piece layer is needed and missing. */
    public List<Hash> missingLayers() {
        return info.layered().keySet().stream().filter(root -> !layers.containsKey(root)).toList();
    }

    /** Equal if the info dictionary is the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest manifest && infoHash().equals(manifest.infoHash());
    }

    @Override
    public int hashCode() {
        return infoHash().hashCode();
    }

    @Override
    public String toString() {
        return infoHash() + " " + files().size() + " files, " + pieceCount() + " pieces";
    }
}
