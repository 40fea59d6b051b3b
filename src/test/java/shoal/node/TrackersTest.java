package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import shoal.bytes.InfoHash;
import shoal.discovery.PeerSource;
import shoal.discovery.TrackerSource;

/** BEP 12: which of its trackers a share is announced to. */
final class TrackersTest {
    private static final URI NAMED = URI.create("http://192.0.2.1/announce");
    private static final URI OTHER = URI.create("udp://192.0.2.2:6969/announce");
    private static final List<List<String>> OWN = List.of(
            List.of("udp://192.0.2.3:1/announce"),
            List.of("wss://192.0.2.4/announce"),
            List.of("http://192.0.2.1/announce", "http://192.0.2.5/announce"),
            List.of("http://192.0.2.5/announce", "no URL"));

    private static Trackers.Chosen of(List<URI> named, boolean isPrivate) {
        return Trackers.of(named, OWN, isPrivate, new SplittableRandom(1));
    }

    private static List<String> sources(Trackers.Chosen chosen) {
        return chosen.sources().stream().map(PeerSource::describe).toList();
    }

    /** Each of those that somebody named is a source of its own; the manifest's are one, and none is in it twice. */
    @Test
    void allThatWereNamedAndOneOfTheManifests() {
        assertEquals(
                List.of("tracker http://192.0.2.1/announce", "tracker udp://192.0.2.2:6969/announce",
                        "tracker udp://192.0.2.3:1/announce, else tracker http://192.0.2.5/announce"),
                sources(of(List.of(NAMED, OTHER), false)));
        assertEquals(4, of(List.of(NAMED, OTHER), false).all().size());
    }

    @Test
    void aPrivateShareIsAnnouncedToItsOwnAlone() {
        List<String> all = of(List.of(NAMED, OTHER), true).all().stream().map(TrackerSource::url).map(URI::toString)
                .toList();
        assertEquals(List.of("udp://192.0.2.3:1/announce", "http://192.0.2.1/announce", "http://192.0.2.5/announce"),
                all);
        assertEquals(1, of(List.of(NAMED, OTHER), true).sources().size());
    }

    @Test
    void theUsualOneIsAskedOnlyIfNobodyElseCanNameAPeerAndTheShareIsNotPrivate() {
        Found found = Found.of(InfoHash.ofHex("00".repeat(20)), Optional.empty(), List.of());
        var random = new SplittableRandom(1);
        List<String> usual = List.of("tracker " + Trackers.USUAL);
        assertEquals(usual, sources(Trackers.toFetch(found, List.of(), false, false, random)));
        assertEquals(List.of(), sources(Trackers.toFetch(found, List.of(), true, false, random)));
        assertEquals(List.of(), sources(Trackers.toFetch(found, List.of(), false, true, random)));
        assertEquals(List.of("tracker " + NAMED),
                sources(Trackers.toFetch(found, List.of(NAMED), false, false, random)));
    }

    @Test
    void strangersOverUdpAreAskedForNoCatalogue() {
        assertEquals(List.of(NAMED), Trackers.readable(List.of(OTHER.toString(), NAMED.toString())));
    }

    @Test
    void aTrackerCanBeNamedByEitherProtocol() throws Refusal {
        assertEquals(OTHER, Trackers.parse(OTHER.toString()));
        for (String none : List.of("udp://192.0.2.2/announce", "ftp://192.0.2.2/announce", "192.0.2.2:6969")) {
            assertThrows(Refusal.class, () -> Trackers.parse(none), none);
        }
    }
}
