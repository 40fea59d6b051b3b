package shoal.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestReader;
import shoal.manifest.ManifestWriter;
import shoal.merkle.HashProof;
import shoal.merkle.LayerTree;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;

/** A share whose bytes are all in memory: what a {@link FakePeer} has to give. Unchangeable. */
public final class FakeShare {
    private final Manifest manifest;
    private final List<byte[]> files;
    private final Map<Hash, LayerTree> trees = new HashMap<>();

    private FakeShare(String name, int pieceLength, List<String> names, List<byte[]> contents) {
        var writer = new ManifestWriter(name, pieceLength);
        var byPath = new HashMap<String, byte[]>();
        try {
            for (int i = 0; i < contents.size(); i++) {
                byPath.put(names.get(i), contents.get(i));
                writer.file(List.of(names.get(i).split("/")), contents.get(i).length, grow(contents.get(i)), false);
            }
            for (LayerTree tree : trees.values()) {
                int base = Merkle.pieceLayer(pieceLength);
                if (tree.top() > base) writer.layer(tree.root(), layer(tree, base));
            }
            manifest = writer.build();
        } catch (ManifestException e) {
            throw new IllegalArgumentException(e);
        }
        files = manifest.files().stream().map(file -> byPath.get(file.pathText())).toList();
    }

    /** One file of {@code length} random bytes, {@code file.bin}. */
    public static FakeShare ofFile(long seed, int pieceLength, int length) {
        return new FakeShare("file.bin", pieceLength, List.of("file.bin"), List.of(random(seed, length)));
    }

    /** A folder {@code share} of files {@code 0.bin}, {@code 1.bin} and so on, of these lengths. */
    public static FakeShare ofFolder(long seed, int pieceLength, int... lengths) {
        var names = new ArrayList<String>();
        var contents = new ArrayList<byte[]>();
        for (int length : lengths) {
            names.add(names.size() + ".bin");
            contents.add(random(seed + contents.size(), length));
        }
        return new FakeShare("share", pieceLength, names, contents);
    }

    /** The same bytes as file number {@code file}, called {@code path} in a share of its own with other files. */
    public FakeShare again(int file, String name, int pieceLength, String path, int... others) {
        var names = new ArrayList<String>(List.of(path));
        var contents = new ArrayList<byte[]>(List.of(files.get(file)));
        for (int length : others) {
            names.add("another " + names.size());
            contents.add(random(4711 + names.size(), length));
        }
        return new FakeShare(name, pieceLength, names, contents);
    }

    private static byte[] random(long seed, int length) {
        var bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private Hash grow(byte[] content) {
        if (content.length == 0) return Hash.ZERO;
        var leaves = new byte[(int) Merkle.blocks(content.length) * Hash.BYTES];
        new LeafHasher().leaves(ByteBuffer.wrap(content), leaves, 0);
        var tree = new LayerTree(HashList.wrap(leaves), 0, Merkle.height(content.length));
        trees.put(tree.root(), tree);
        return tree.root();
    }

    private static HashList layer(LayerTree tree, int base) {
        var nodes = new ArrayList<Hash>();
        for (long i = 0; i < 1L << (tree.top() - base); i++) nodes.add(tree.node(base, i));
        // a manifest names the real ones only
        while (nodes.getLast().equals(Merkle.pad(base))) nodes.removeLast();
        return HashList.of(nodes);
    }

    /** The manifest, with all piece layers. */
    public Manifest manifest() {
        return manifest;
    }

    /** The manifest as one gets it from peers: without piece layers. */
    public Manifest bareManifest() {
        try {
            return ManifestReader.readInfo(manifest.info());
        } catch (ManifestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The bytes of a file of the manifest. */
    public byte[] content(int file) {
        return files.get(file).clone();
    }

    /** What is at {@code begin} of a piece, with zeros behind the end of its file. */
    public byte[] block(int piece, int begin, int length) {
        ManifestFile file = manifest.fileOf(piece);
        byte[] content = files.get(file.index());
        long from = manifest.pieceOffset(piece) + begin;
        var block = new byte[length];
        if (from < content.length) {
            System.arraycopy(content, (int) from, block, 0, (int) Math.min(length, content.length - from));
        }
        return block;
    }

    /** The honest answer to a hash request, or nothing if it is to be rejected. */
    public Optional<Hashes> hashes(HashRequest request) {
        LayerTree tree = trees.get(request.root());
        if (tree == null || !request.isAligned() || request.proof() >= tree.top() - request.base()) {
            return Optional.empty();
        }
        if (request.index() + (long) request.length() > 1L << (tree.top() - request.base())) return Optional.empty();
        var hashes = new ArrayList<Hash>();
        for (int i = 0; i < request.length(); i++) {
            hashes.add(tree.node(request.base(), request.index() + (long) i));
        }
        var uncles = new ArrayList<Hash>();
        int levels = Integer.numberOfTrailingZeros(request.length());
        for (int i = 0; i < request.uncles(); i++, levels++) {
            uncles.add(tree.node(request.base() + levels, request.index() >> levels ^ 1));
        }
        return Optional.of(Hashes.of(
                request,
                new HashProof(request.base(), request.index(), HashList.of(hashes), HashList.of(uncles))));
    }

    /** Writes the files below {@code folder}, each at its path in the tree. */
    public void writeTo(Path folder) throws IOException {
        for (ManifestFile file : manifest.files()) {
            Path path = folder;
            for (String element : file.path()) path = path.resolve(element);
            Files.createDirectories(path.getParent());
            Files.write(path, files.get(file.index()));
        }
    }
}
