package shoal.tracker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;

/** Whom the tracker serves, as {@link AccessFiles} say it now; a thread of its own looks whether they have changed. */
final class AccessLists implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{8,64}");

    private final Optional<ListedFile<InfoHash>> allow;
    private final Optional<ListedFile<InfoHash>> deny;
    private final Optional<ListedFile<String>> keys;
    private final CountDownLatch closed = new CountDownLatch(1);

    private AccessLists(AccessFiles files) throws IOException {
        allow = list(files.allow(), AccessLists::hash);
        deny = list(files.deny(), AccessLists::hash);
        keys = list(files.keys(), AccessLists::key);
    }

    /** Reads the files, and again whenever they change until it is closed. */
    static AccessLists open(AccessFiles files) throws IOException {
        var lists = new AccessLists(files);
        if (!files.equals(AccessFiles.NONE)) Thread.ofVirtual().name("lists").start(lists::watch);
        return lists;
    }

    private static <T> Optional<ListedFile<T>> list(Optional<Path> file, Function<String, T> parser)
            throws IOException {
        return file.isEmpty() ? Optional.empty() : Optional.of(new ListedFile<>(file.get(), parser));
    }

    private static InfoHash hash(String text) {
        // the long hash of a v2 share is announced by its first 20 bytes
        return text.length() == 2 * Hash.BYTES ? Hash.ofHex(text).truncated() : InfoHash.ofHex(text);
    }

    private static String key(String text) {
        if (KEY.matcher(text).matches()) return text;
        throw new IllegalArgumentException("not a key of 8 to 64 letters, digits, - and _");
    }

    private void watch() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) refresh();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads what has changed. */
    void refresh() {
        Stream.of(allow, deny, keys).flatMap(Optional::stream).forEach(ListedFile::refresh);
    }

    /** Whether a hash is served. */
    boolean isWelcome(InfoHash hash) {
        return (allow.isEmpty() || allow.get().has(hash)) && (deny.isEmpty() || !deny.get().has(hash));
    }

    /** Whether only those with a key are served. */
    boolean areKeyed() {
        return keys.isPresent();
    }

    /** Whether who brings {@code key} is served; anybody is where no keys are asked for. */
    boolean isKey(String key) {
        return keys.isEmpty() || keys.get().has(key);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
