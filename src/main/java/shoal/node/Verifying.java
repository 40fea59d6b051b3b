package shoal.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import shoal.bytes.Bits;
import shoal.manifest.DiskNames;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.storage.DiskFault;
import shoal.storage.FileCheck;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.storage.Verification;

/**
 * Finds the files of a manifest on this disk and holds them against it.
 *
 * @param checks what was found of each file, in the manifest's order
 * @param extras files that lie among them and are not in the manifest
 * @param folder in which they lie
 */
public record Verifying(List<FileCheck> checks, List<Path> extras, Path folder) {
    /** Copies the lists. */
    public Verifying {
        checks = List.copyOf(checks);
        extras = List.copyOf(extras);
    }

    /**
     * Checks what lies at {@code path}: the one file or the folder of the share, or the folder in which that is.
     *
     * @param selected the files that are looked at
     * @throws Refusal if there is nothing at {@code path}
     */
    public static Verifying of(Store store, Manifest manifest, Path path, Bits selected, Progress progress)
            throws DiskFault, ManifestException, Refusal {
        Path at = path.toAbsolutePath().normalize();
        Path top = DiskNames.relativePaths(manifest).getFirst().getName(0);
        boolean within = manifest.isSingleFile()
                ? Files.isDirectory(at)
                : Files.isDirectory(at.resolve(top)) && !at.endsWith(top);
        return at(store, manifest, within ? at.resolve(top) : at, selected, progress);
    }

    /**
     * Checks the one file or the folder of the share, which is {@code folder} itself whatever it is called.
     *
     * @throws Refusal if the share has a folder and that is none
     */
    public static Verifying at(Store store, Manifest manifest, Path folder, Bits selected, Progress progress)
            throws DiskFault, ManifestException, Refusal {
        List<Path> names = DiskNames.relativePaths(manifest);
        if (manifest.isSingleFile()) {
            Path file = folder.toAbsolutePath().normalize();
            Path above = Objects.requireNonNullElse(file.getParent(), file);
            List<FileCheck> checks = Verification.of(store, manifest, List.of(file), selected, progress);
            return new Verifying(checks, List.of(), above);
        }
        if (!Files.isDirectory(folder)) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, folder + " is no folder, and the manifest has "
                    + manifest.files().size() + " files in one");
        }
        List<Path> paths = located(folder, names.stream().map(name -> name.subpath(1, name.getNameCount())).toList());
        List<FileCheck> checks = Verification.of(store, manifest, paths, selected, progress);
        return new Verifying(checks, Verification.extras(folder, paths), folder);
    }

    /** Whether all files that were looked at are right. */
    public boolean isRight() {
        return checks.stream().noneMatch(FileCheck::isWrong);
    }

    /** Where the files are; a name whose accents are spelt in another way on the disk is that name. */
    private static List<Path> located(Path folder, List<Path> names) throws DiskFault {
        var paths = new ArrayList<Path>(names.size());
        Map<String, Path> spellings = null;
        for (Path name : names) {
            Path path = folder.resolve(name);
            boolean isAscii = name.toString().chars().allMatch(c -> c < 0x80);
            if (!isAscii && Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
                if (spellings == null) spellings = spellings(folder);
                path = Optional.ofNullable(spellings.get(nfc(path))).orElse(path);
            }
            paths.add(path);
        }
        return paths;
    }

    private static Map<String, Path> spellings(Path folder) throws DiskFault {
        var spellings = new HashMap<String, Path>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.forEach(path -> spellings.putIfAbsent(nfc(path), path));
            return spellings;
        } catch (IOException | UncheckedIOException e) {
            throw new DiskFault(DiskFault.Kind.IO, "cannot read " + folder + ": " + e.getMessage(), e);
        }
    }

    private static String nfc(Path path) {
        return Normalizer.normalize(path.toString(), Normalizer.Form.NFC);
    }
}
