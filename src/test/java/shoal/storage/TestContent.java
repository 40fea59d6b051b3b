package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestWriter;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/** Files made from a seed, with their manifest: a test library. */
final class TestContent {
    final Manifest manifest;
    final List<byte[]> files = new ArrayList<>();

    private TestContent(Manifest manifest, Map<String, byte[]> contents) {
        this.manifest = manifest;
        for (ManifestFile file : manifest.files()) {
            byte[] bytes = contents.get(file.pathText());
            if (bytes == null) throw new AssertionError(file);
            files.add(bytes);
        }
    }

    /** A share called {@code name} of one file for each path, of the size that goes with it. */
    static TestContent of(String name, int pieceLength, Map<String, Integer> sizes) {
        var contents = new LinkedHashMap<String, byte[]>();
        sizes.forEach((path, size) -> contents.put(path, random(path.hashCode(), size)));
        return ofBytes(name, pieceLength, contents);
    }

    static TestContent ofBytes(String name, int pieceLength, Map<String, byte[]> contents) {
        try {
            var writer = new ManifestWriter(name, pieceLength);
            for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
                byte[] bytes = entry.getValue();
                Hash root = Hash.ZERO;
                if (bytes.length > 0) {
                    var layer = new LayerInProgress(bytes.length, pieceLength);
                    layer.put(0, leaves(bytes));
                    root = layer.root();
                    if (bytes.length > pieceLength) writer.layer(root, layer.pieces());
                }
                writer.file(List.of(entry.getKey().split("/", -1)), bytes.length, root, entry.getKey().endsWith(".sh"));
            }
            return new TestContent(writer.build(), contents);
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] random(long seed, int size) {
        var bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static HashList leaves(byte[] bytes) {
        var leaves = new byte[(int) Merkle.blocks(bytes.length) * Hash.BYTES];
        new LeafHasher().leaves(ByteBuffer.wrap(bytes), leaves, 0);
        return HashList.wrap(leaves);
    }

    Bits all() {
        var all = new Bits(manifest.files().size());
        all.fill();
        return all;
    }

    /** The first piece of the file with this name. */
    int firstPiece(String name) {
        return manifest.files().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow().firstPiece();
    }

    byte[] piece(int piece) {
        ManifestFile file = manifest.fileOf(piece);
        int from = (int) manifest.pieceOffset(piece);
        return Arrays.copyOfRange(files.get(file.index()), from, from + manifest.pieceSize(piece));
    }

    HashList pieceLeaves(int piece) {
        return leaves(piece(piece));
    }

    ByteBuffer block(int piece, int block) {
        byte[] bytes = piece(piece);
        int from = block * Merkle.BLOCK;
        return ByteBuffer.wrap(bytes, from, Math.min(Merkle.BLOCK, bytes.length - from));
    }

    /** Writes blocks and reports them as received; true if they are on record at once. */
    boolean receive(Holdings holdings, int piece, int firstBlock, int count) throws DiskFault {
        for (int block = firstBlock; block < firstBlock + count; block++) {
            holdings.write(piece, block * Merkle.BLOCK, block(piece, block));
        }
        return holdings.received(piece, firstBlock, pieceLeaves(piece).slice(firstBlock, firstBlock + count));
    }

    /** Writes a whole piece and reports it as proven. */
    void fetch(Holdings holdings, int piece) throws DiskFault {
        receive(holdings, piece, 0, manifest.blocksIn(piece));
        holdings.proven(piece, pieceLeaves(piece));
    }

    /**
     * Looks whether everything that {@code holdings} claims lies below {@code folder}: each block of proven pieces, and
     * of those that are there in part.
     *
     * @return how many blocks are claimed
     */
    int requireClaims(FileHoldings holdings, Path folder) throws IOException {
        int claimed = 0;
        Bits have = holdings.have();
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            for (int block = 0; block < manifest.blocksIn(piece); block++, claimed++) {
                require(folder, holdings.canonical(piece), block);
            }
        }
        for (PartialPiece partial : holdings.partial()) {
            Bits there = partial.received();
            for (int block = there.nextSet(0); block >= 0; block = there.nextSet(block + 1), claimed++) {
                require(folder, partial.piece(), block);
            }
        }
        return claimed;
    }

    /** Looks whether all files lie below {@code folder}, and nothing else. */
    void requireAll(Path folder) throws IOException {
        Path top = manifest.isSingleFile() ? folder : folder.resolve(manifest.name());
        for (ManifestFile file : manifest.files()) {
            if (!Arrays.equals(files.get(file.index()), Files.readAllBytes(top.resolve(file.pathText())))) {
                throw new AssertionError(file.pathText() + " is not what was fetched");
            }
        }
        try (var all = Files.walk(folder)) {
            List<Path> left = all.filter(path -> path.toString().endsWith(".part")).toList();
            if (!left.isEmpty()) throw new AssertionError(left + " was left");
        }
    }

    private void require(Path folder, int piece, int block) throws IOException {
        Path path = (manifest.isSingleFile() ? folder : folder.resolve(manifest.name()))
                .resolve(manifest.fileOf(piece).pathText());
        if (!Files.exists(path)) path = HeldFile.partName(path);
        ByteBuffer right = block(piece, block);
        var ours = ByteBuffer.allocate(right.remaining());
        try (var channel = FileChannel.open(path)) {
            channel.read(ours, manifest.pieceOffset(piece) + (long) block * Merkle.BLOCK);
        }
        if (!right.equals(ours.flip())) {
            throw new AssertionError("block " + block + " of piece " + piece + " is claimed, and is not in " + path);
        }
    }

    /** Writes all files below {@code folder}, as they lie when they were fetched. */
    List<Path> write(Path folder) throws IOException {
        var paths = new ArrayList<Path>();
        for (ManifestFile file : manifest.files()) {
            Path path = (manifest.isSingleFile() ? folder : folder.resolve(manifest.name())).resolve(file.pathText());
            Files.createDirectories(path.getParent());
            Files.write(path, files.get(file.index()));
            paths.add(path);
        }
        return paths;
    }
}
