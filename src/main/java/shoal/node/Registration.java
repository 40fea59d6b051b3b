package shoal.node;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import shoal.bytes.Endpoint;
import shoal.catalogue.NameRecord;
import shoal.discovery.CatalogueClient;
import shoal.discovery.CatalogueException;
import shoal.discovery.PeerSource;
import shoal.discovery.Topic;
import shoal.manifest.Manifest;

/**
 * Registers a manifest in one tracker's catalogue. A tracker that cannot be reached is tried again as long as the share
 * is given away; it runs beside the sources of peers, though it finds none.
 */
final class Registration implements PeerSource {
    private static final System.Logger LOG = System.getLogger(Registration.class.getName());
    private static final Duration LEAST = Duration.ofSeconds(2);
    private static final Duration MOST = Duration.ofMinutes(5);

    private final URI tracker;
    private final byte[] manifest;
    private final Optional<NameRecord> record;
    private boolean pending = true;

    Registration(URI tracker, Manifest manifest, Optional<NameRecord> record) {
        this.tracker = tracker;
        this.manifest = manifest.encoded();
        this.record = record;
    }

    /** Tries once. Returns why it is not registered, if it is not. */
    Optional<String> attempt() {
        try {
            var catalogue = new CatalogueClient(tracker);
            catalogue.register(manifest);
            pending = false;
            return record.isPresent() ? attempt(catalogue, record.get()) : Optional.empty();
        } catch (CatalogueException e) {
            pending = e.kind() == CatalogueException.Kind.UNREACHABLE;
            String trouble = switch (e.kind()) {
                case UNREACHABLE -> e.getMessage() + ", so the name is not registered";
                case REFUSED -> tracker + " does not take the name: " + e.getMessage();
                case NOT_FOUND, GARBAGE -> tracker + " has no catalogue: the share is found there by its hash alone";
            };
            return Optional.of(trouble);
        }
    }

    /** Tries to publish what was signed of a share that is registered. */
    private Optional<String> attempt(CatalogueClient catalogue, NameRecord signed) {
        try {
            catalogue.publish(signed);
            return Optional.empty();
        } catch (CatalogueException e) {
            pending = e.kind() == CatalogueException.Kind.UNREACHABLE;
            return Optional.of("the name is registered without its signature: " + (pending ? "" : tracker + ": ")
                    + e.getMessage());
        }
    }

    /** Whether it makes sense to try again. */
    boolean isPending() {
        return pending;
    }

    @Override
    public void run(Topic topic, Consumer<List<Endpoint>> found) {
        Duration pause = LEAST;
        while (pending && topic.pause(pause)) {
            if (attempt().isEmpty()) LOG.log(Level.INFO, "registered at " + tracker);
            pause = pause.multipliedBy(2).compareTo(MOST) < 0 ? pause.multipliedBy(2) : MOST;
        }
    }

    @Override
    public String describe() {
        return "catalogue of " + tracker;
    }
}
