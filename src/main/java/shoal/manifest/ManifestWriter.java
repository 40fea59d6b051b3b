package shoal.manifest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static shoal.bytes.Printable.quoted;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BString;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.Sha1List;

/**
 * Makes a manifest of files that have been hashed. What it makes has gone through {@link ManifestReader}, so nothing
 * can be written that would be refused elsewhere. Belongs to one thread.
 */
public final class ManifestWriter {
    private static final BString TREE = BString.of("file tree");

    private final String name;
    private final int pieceLength;
    private final Folder root = new Folder();
    private final Map<Hash, HashList> layers = new HashMap<>();
    private final List<List<String>> trackers = new ArrayList<>();
    private final List<String> webSeeds = new ArrayList<>();
    private @Nullable String comment;
    private @Nullable String createdBy;
    private @Nullable Instant creationDate;
    private boolean isPrivate;
    private boolean isHybrid;
    private int count;

    /** What a name in the tree leads to. It is written at once, for there may be very many of them. */
    private sealed interface Entry {
        void write(ByteArrayOutputStream out);
    }

    private static final class Folder implements Entry {
        private final TreeMap<BString, Entry> entries = new TreeMap<>();

        @Override
        public void write(ByteArrayOutputStream out) {
            out.write('d');
            entries.forEach((key, entry) -> {
                key.write(out);
                entry.write(out);
            });
            out.write('e');
        }
    }

    private record File(long length, Hash root, boolean executable, Sha1List sha1) implements Entry {
        private static final byte[] HEAD = "d0:d".getBytes(US_ASCII);
        private static final byte[] PROGRAM = "4:attr1:x".getBytes(US_ASCII);
        private static final byte[] LENGTH = "6:length".getBytes(US_ASCII);
        private static final byte[] ROOT = "11:pieces root32:".getBytes(US_ASCII);

        @Override
        public void write(ByteArrayOutputStream out) {
            out.writeBytes(HEAD);
            if (executable) out.writeBytes(PROGRAM);
            out.writeBytes(LENGTH);
            new BInt(length).write(out);
            if (length != 0) {
                out.writeBytes(ROOT);
                out.writeBytes(root.bytes());
            }
            out.write('e');
            out.write('e');
        }
    }

    /**
     * A manifest that is called {@code name}. If it gets one file whose path is one name, that should be the same.
     *
     * @param pieceLength a power of two from 16 KiB to 512 MiB, see {@link PieceLengths}
     */
    public ManifestWriter(String name, int pieceLength) {
        this.name = name;
        this.pieceLength = pieceLength;
    }

    /**
     * Adds a file; the order does not matter. {@code root} is ignored for an empty one.
     *
     * @throws ManifestException if its path is taken or its name cannot be written
     */
    public ManifestWriter file(List<String> path, long length, Hash root, boolean executable) throws ManifestException {
        return file(path, length, root, executable, Sha1List.EMPTY);
    }

    /**
     * Adds a file of a hybrid.
     *
     * @param sha1 of its pieces; the last one filled up with zeros unless there is no other file
     */
    public ManifestWriter file(List<String> path, long length, Hash root, boolean executable, Sha1List sha1)
            throws ManifestException {
        if (path.isEmpty()) throw new ManifestException("a file has no name");
        Folder folder = this.root;
        for (String element : path.subList(0, path.size() - 1)) {
            if (!(folder.entries.computeIfAbsent(key(element), _ -> new Folder()) instanceof Folder next)) {
                throw new ManifestException(quoted(String.join("/", path)) + " lies in what is a file itself");
            }
            folder = next;
        }
        if (folder.entries.putIfAbsent(key(path.getLast()), new File(length, root, executable, sha1)) != null) {
            throw new ManifestException("there are two files called " + quoted(String.join("/", path)));
        }
        count++;
        return this;
    }

    private static BString key(String element) throws ManifestException {
        Names.check(element);
        BString key = BString.of(element);
        if (!key.text().equals(element)) throw new ManifestException("the name " + quoted(element) + " is not Unicode");
        return key;
    }

    /** Adds the piece layer of the files with this root. */
    public ManifestWriter layer(Hash root, HashList layer) {
        layers.put(root, layer);
        return this;
    }

    /** Adds a tier of trackers behind those that are there. */
    public ManifestWriter trackers(List<String> tier) {
        trackers.add(tier);
        return this;
    }

    /** Adds a web server that holds the files. */
    public ManifestWriter webSeed(String url) {
        webSeeds.add(url);
        return this;
    }

    /** Says something about it. */
    public ManifestWriter comment(String comment) {
        this.comment = comment;
        return this;
    }

    /** Names the program that makes it. */
    public ManifestWriter createdBy(String program) {
        this.createdBy = program;
        return this;
    }

    /** Says when it was made; kept in whole seconds. */
    public ManifestWriter creationDate(Instant date) {
        this.creationDate = date;
        return this;
    }

    /** Allows peers from its trackers only (BEP 27). Changes the info hash. */
    public ManifestWriter isPrivate(boolean isPrivate) {
        this.isPrivate = isPrivate;
        return this;
    }

    /** Describes the files for BitTorrent v1 as well. Changes the info hash. */
    public ManifestWriter isHybrid(boolean isHybrid) {
        this.isHybrid = isHybrid;
        return this;
    }

    /**
     * The manifest.
     *
     * @throws ManifestException if there are no files, or a value is not one that may be
     */
    public Manifest build() throws ManifestException {
        Manifest bare = ManifestReader.readInfo(info());
        return bare.withExtras(new Extras(
                        trackers,
                        webSeeds,
                        Optional.ofNullable(comment),
                        Optional.ofNullable(createdBy),
                        Optional.ofNullable(creationDate)))
                .withLayers(layers);
    }

    /** The info dictionary, its keys in ascending order. */
    private byte[] info() throws ManifestException {
        BString name = key(this.name);
        BDict.Builder keys = BDict.builder().put("meta version", 2).put("name", name).put("piece length", pieceLength);
        if (isPrivate) keys.put("private", 1);
        if (isHybrid) {
            var v1 = new HybridWriter(pieceLength, count);
            addTo(v1, root, List.of());
            v1.write(keys, root.entries.size() == 1 && root.entries.get(name) instanceof File);
        }
        BDict rest = keys.build();
        var out = new ByteArrayOutputStream();
        out.write('d');
        boolean written = false;
        for (int i = 0; i < rest.size(); i++) {
            if (!written && rest.keyAt(i).compareTo(TREE) > 0) {
                writeTree(out);
                written = true;
            }
            rest.keyAt(i).write(out);
            rest.valueAt(i).write(out);
        }
        out.write('e');
        return out.toByteArray();
    }

    private void writeTree(ByteArrayOutputStream out) {
        TREE.write(out);
        root.write(out);
    }

    private static void addTo(HybridWriter v1, Folder folder, List<BString> above) throws ManifestException {
        for (Map.Entry<BString, Entry> each : folder.entries.entrySet()) {
            var path = new ArrayList<>(above);
            path.add(each.getKey());
            switch (each.getValue()) {
                case Folder deeper -> addTo(v1, deeper, path);
                case File file -> v1.file(path, file.length(), file.executable(), file.sha1());
            }
        }
    }
}
