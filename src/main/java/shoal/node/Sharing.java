package shoal.node;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import shoal.bytes.Printable;
import shoal.manifest.DiskNames;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestLimits;
import shoal.manifest.ManifestWriter;
import shoal.manifest.PieceLengths;
import shoal.storage.DiskFault;
import shoal.storage.Progress;
import shoal.storage.HashedFile;
import shoal.storage.Hashing;
import shoal.storage.Scan;
import shoal.storage.ScannedFile;
import shoal.storage.Store;
import shoal.storage.V1Pieces;

/**
 * Makes a share of files where they lie. The same files make the same manifest, byte for byte; what the store knows of
 * files that have not changed since is not read again. One thread.
 */
public final class Sharing {
    private static final String ENDING = ".torrent";
    private static final String V1_ENDING = ".v1" + ENDING;

    private final Store store;
    private final Progress progress;

    /**
     * What is to be shared, and how.
     *
     * @param paths files and folders; several make one share
     * @param name what it is called; usually as the one path, or as the folder in which several lie
     * @param pieceLength bytes of a piece; usually what fits the length
     * @param trackers where it is announced, noted in the manifest
     * @param webSeeds URLs of web servers that have it, too, noted in the manifest
     * @param hybrid whether clients that know only BitTorrent v1 shall take part
     */
    public record Wish(List<Path> paths, Optional<String> name, OptionalInt pieceLength, List<URI> trackers,
            List<String> webSeeds, boolean hybrid) {
        /** Copies the lists. */
        public Wish {
            paths = List.copyOf(paths);
            trackers = List.copyOf(trackers);
            webSeeds = List.copyOf(webSeeds);
        }
    }

    /**
     * A share that is ready to be given away.
     *
     * @param manifest with all layers
     * @param paths where each of its files lies, in its order
     * @param skipped what was left out and why, a line each
     * @param warnings of names that some other system cannot store, a line each
     */
    public record Made(Manifest manifest, List<Path> paths, List<String> skipped, List<String> warnings) {
        /** Copies the lists. */
        public Made {
            paths = List.copyOf(paths);
            skipped = List.copyOf(skipped);
            warnings = List.copyOf(warnings);
        }
    }

    /** Shares with what {@code store} knows; {@code progress} shows the hashing and can end it. */
    public Sharing(Store store, Progress progress) {
        this.store = store;
        this.progress = progress;
    }

    /**
     * Reads what is new of the files and makes their manifest.
     *
     * @param scanned is told how many files and bytes there are, before any is read
     */
    public Made make(Wish wish, Consumer<Scan> scanned) throws DiskFault, ManifestException, Refusal {
        if (wish.pieceLength().isPresent() && !PieceLengths.isValid(wish.pieceLength().getAsInt())) {
            throw new Refusal(Refusal.Kind.USAGE, "the piece length " + wish.pieceLength().getAsInt()
                    + " is not a power of two from 16KiB to 512MiB");
        }
        Scan scan = Scan.of(wish.paths());
        if (scan.files().isEmpty()) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "there is no file to share in "
                    + Printable.of(wish.paths().toString()));
        }
        scanned.accept(scan);
        int pieceLength = wish.pieceLength().orElseGet(() -> pieceLength(scan));
        V1Pieces v1 = !wish.hybrid()
                ? V1Pieces.NONE
                : scan.files().size() > 1 ? V1Pieces.PADDED : V1Pieces.SHORT;
        List<HashedFile> hashed = Hashing.of(store, scan.files(), pieceLength, v1, progress);
        boolean isFile = wish.paths().size() == 1 && scan.files().size() == 1
                && scan.files().getFirst().path().equals(absolute(wish.paths().getFirst()));
        String name = wish.name().orElseGet(() -> name(wish.paths()));
        if (name.isEmpty()) {
            throw new Refusal(Refusal.Kind.USAGE, "what is shared has no name of its own: give it one with --name");
        }
        Made made = manifest(scan, hashed, nfc(name), isFile, pieceLength, wish);
        store.remember(made.manifest(), made.paths());
        return made;
    }

    /** Many small files have many pieces, however long these are: at least one each. */
    private static int pieceLength(Scan scan) {
        int pieceLength = PieceLengths.automatic(Math.max(1, scan.length()));
        while (pieceLength < ManifestLimits.MAX_PIECE_LENGTH && pieces(scan, pieceLength) > ManifestLimits.MAX_PIECES) {
            pieceLength <<= 1;
        }
        return pieceLength;
    }

    private static long pieces(Scan scan, int pieceLength) {
        return scan.files().stream().mapToLong(file -> Math.ceilDiv(file.length(), (long) pieceLength)).sum();
    }

    private static String name(List<Path> paths) {
        Path first = absolute(paths.getFirst());
        Path named = paths.size() == 1 ? first : first.getParent();
        Path last = named == null ? null : named.getFileName();
        return last == null ? "" : last.toString();
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static Made manifest(
            Scan scan, List<HashedFile> hashed, String name, boolean isFile, int pieceLength, Wish wish)
            throws ManifestException, Refusal {
        var writer = new ManifestWriter(name, pieceLength).createdBy(Node.CLIENT).isHybrid(wish.hybrid());
        for (URI tracker : wish.trackers()) writer.trackers(List.of(tracker.toString()));
        wish.webSeeds().forEach(writer::webSeed);
        var names = new ArrayList<List<String>>(scan.files().size());
        // one file that was named is called as the share is
        for (ScannedFile file : scan.files()) names.add(isFile ? List.of(name) : nfc(file.name()));
        // what nobody of ours could fetch is better refused here; beside the rest, for there may be many names
        var check = new FutureTask<List<String>>(() -> {
            DiskNames.check(name, names);
            return DiskNames.warnings(names);
        });
        Thread.ofPlatform().daemon().name("names").start(check);
        Map<List<String>, Path> places = HashMap.newHashMap(names.size());
        for (int i = 0; i < scan.files().size(); i++) {
            ScannedFile file = scan.files().get(i);
            HashedFile hash = hashed.get(i);
            List<String> path = names.get(i);
            writer.file(path, file.length(), hash.root(), file.executable(), hash.sha1());
            if (hash.layer().size() > 0) writer.layer(hash.root(), hash.layer());
            places.put(path, file.path());
        }
        Manifest manifest = writer.build();
        var paths = new ArrayList<Path>(places.size());
        for (ManifestFile file : manifest.files()) paths.add(places.get(file.path()));
        return new Made(manifest, paths, scan.skipped(), outcome(check));
    }

    private static List<String> outcome(FutureTask<List<String>> check) throws ManifestException {
        try {
            return check.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ManifestException fault) throw fault;
            throw new IllegalStateException("a bug in checking names", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    /** The list itself if it is so, as nearly all are. */
    private static List<String> nfc(List<String> names) {
        for (String name : names) {
            if (!nfc(name).equals(name)) return names.stream().map(Sharing::nfc).toList();
        }
        return names;
    }

    private static String nfc(String name) {
        int i = 0;
        while (i < name.length() && name.charAt(i) < 0x80) i++;
        if (i == name.length()) return name;
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /** Writes the manifest to {@code file}, or among those of this user: whole or not at all. */
    public static Path write(Manifest manifest, Optional<Path> file, Places places) throws DiskFault {
        return write(
                absolute(file.orElseGet(() -> places.manifests().resolve(fileName(manifest)))), manifest.encoded());
    }

    /** Writes what there is of it for clients that know BitTorrent v1 alone, if anything, beside the manifest. */
    public static Optional<Path> writeV1Part(Manifest manifest, Path beside) throws DiskFault {
        Optional<byte[]> torrent = manifest.encodedV1Part();
        if (torrent.isEmpty()) return Optional.empty();
        String name = String.valueOf(beside.getFileName());
        String stem = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
        return Optional.of(write(beside.resolveSibling(stem + V1_ENDING), torrent.get()));
    }

    private static Path write(Path target, byte[] torrent) throws DiskFault {
        Path parent = target.getParent();
        try {
            if (parent == null || Files.isDirectory(target)) throw new IOException("it is a folder");
            Files.createDirectories(parent);
            Path next = Files.createTempFile(parent, ".shoal", ".part");
            try {
                Files.write(next, torrent);
                Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
                Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(next);
            }
            return target;
        } catch (IOException | UnsupportedOperationException e) {
            throw new DiskFault(DiskFault.Kind.IO, "cannot write the manifest "
                    + Printable.of(target.toString()) + ": " + e.getMessage(), e);
        }
    }

    /** A name that people know it by, and eight digits so that two of one name do not meet. */
    static String fileName(Manifest manifest) {
        String ending = "-" + manifest.infoHash().hex().substring(0, 8);
        int room = ManifestLimits.MAX_NAME_BYTES - ending.length() - V1_ENDING.length();
        String name = manifest.name();
        while (name.getBytes(StandardCharsets.UTF_8).length > room) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
        }
        return name + ending + ENDING;
    }
}
