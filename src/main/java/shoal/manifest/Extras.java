package shoal.manifest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a manifest says besides its info dictionary: anyone can change it without changing the info hash. */
record Extras(
        List<List<String>> trackers,
        List<String> webSeeds,
        Optional<String> comment,
        Optional<String> createdBy,
        Optional<Instant> creationDate) {
    static final Extras NONE =
            new Extras(List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Copies the lists and leaves out empty tiers. */
    Extras {
        trackers = trackers.stream().filter(tier -> !tier.isEmpty()).map(List::copyOf).toList();
        webSeeds = List.copyOf(webSeeds);
    }

    Extras withTrackers(List<List<String>> others) {
        return new Extras(others, webSeeds, comment, createdBy, creationDate);
    }
}
