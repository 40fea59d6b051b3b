package shoal.discovery;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import shoal.bytes.Endpoint;

/** Somewhere peers of a swarm can be learnt: a tracker, the local network, a list someone typed. */
public interface PeerSource {
    /**
     * Finds peers of {@code topic} until it is closed, or until there is nothing more to find. Blocks and sleeps; runs
     * on a virtual thread of its own. {@code found} is called with each batch and must not block. Faults of the network
     * and of the other side are met by trying again later and never thrown.
     */
    void run(Topic topic, Consumer<List<Endpoint>> found);

    /**
     * A source of the same kind for a second topic, for a hybrid has two hashes; nothing if all that this one knows is
     * found under any of them.
     */
    default Optional<PeerSource> another() {
        return Optional.empty();
    }

    /** What a person may read about this source: its address and, when it has one, its trouble. */
    String describe();
}
