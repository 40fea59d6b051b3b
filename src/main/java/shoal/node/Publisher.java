package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;
import shoal.manifest.Manifest;

/**
 * Signs names for this user. The key is read, or made, on a thread of its own from the moment of {@link #open}: the
 * arithmetic of the curve costs a new JVM some 80 ms, in which files can be hashed. Whatever is wrong with it is a
 * warning; nobody is kept from sharing.
 */
public final class Publisher {
    private final CompletableFuture<PublisherFile.Opened> opened = new CompletableFuture<>();

    private Publisher() {}

    /** The publisher whose key is, or will be, in {@code file}. */
    public static Publisher open(Path file) {
        var publisher = new Publisher();
        Thread.ofPlatform().daemon().name("publisher").start(() -> {
            try {
                publisher.opened.complete(PublisherFile.open(file));
            } catch (IOException | RuntimeException e) {
                publisher.opened.completeExceptionally(e);
            }
        });
        return publisher;
    }

    /**
     * Signs that the name of {@code manifest} is this share, from {@code now} on. Waits for the key.
     *
     * @param warnings is told, in a line, why it is not signed
     */
    public Optional<NameRecord> sign(Manifest manifest, Instant now, Consumer<String> warnings) {
        // a private share is in no list; a name that no catalogue takes is told of when it is registered
        if (manifest.isPrivate() || CatalogueName.complaint(manifest.name()).isPresent()) return Optional.empty();
        var name = new CatalogueName(manifest.name());
        Optional<String> complaint = NameRecord.complaint(name);
        if (complaint.isPresent()) {
            warnings.accept(quoted(name.text()) + " is registered without a signature: " + complaint.get());
            return Optional.empty();
        }
        try {
            PublisherFile.Opened file = opened.join();
            file.warning().ifPresent(warnings);
            return Optional.of(file.key().sign(name, now.toEpochMilli(), manifest.infoHash()));
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof IOException fault)) throw e;
            String reason = fault.getMessage() == null ? fault.toString() : fault.getMessage();
            warnings.accept("the name is registered without a signature: " + reason);
            return Optional.empty();
        }
    }
}
