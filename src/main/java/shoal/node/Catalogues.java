package shoal.node;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.Holder;
import shoal.catalogue.NameMatches;
import shoal.catalogue.NameRecord;
import shoal.catalogue.RootMatch;
import shoal.catalogue.SearchPage;
import shoal.discovery.CatalogueClient;
import shoal.discovery.CatalogueException;

/**
 * The catalogues of several trackers, asked all at once and heard as one: an entry that several of them have is one
 * entry. Any thread; each call blocks until the last of them has answered or given up.
 */
public final class Catalogues {
    private final List<URI> trackers;

    /** The catalogues beside these trackers. */
    public Catalogues(List<URI> trackers) {
        this.trackers = List.copyOf(trackers);
    }

    /** What one catalogue is asked. */
    interface Question<T> {
        T ask(CatalogueClient catalogue) throws CatalogueException;
    }

    /** What they said: the answers of those that have one, and the reasons of the others. */
    record Heard<T>(Map<URI, T> answers, Map<URI, CatalogueException> troubles) {
        /** Whether every one of them could be asked, and so what is not in the answers is nowhere. */
        boolean isCertain() {
            return troubles.values().stream().allMatch(e -> e.kind() == CatalogueException.Kind.NOT_FOUND);
        }

        /** Throws if not a single one could be asked. */
        void needOne() throws Refusal {
            boolean known = !answers.isEmpty()
                    || troubles.values().stream().anyMatch(e -> e.kind() == CatalogueException.Kind.NOT_FOUND);
            if (known) return;
            CatalogueException first = troubles.values().iterator().next();
            boolean refused = first.kind() == CatalogueException.Kind.REFUSED;
            throw new Refusal(refused ? Refusal.Kind.USAGE : Refusal.Kind.NETWORK, String.join("; ", reasons()), first);
        }

        /** Why some could not be asked, one line each. */
        List<String> reasons() {
            return troubles.values().stream()
                    .filter(e -> e.kind() != CatalogueException.Kind.NOT_FOUND)
                    .map(e -> String.valueOf(e.getMessage()))
                    .toList();
        }
    }

    /** Whom we ask, for people. */
    public String describe() {
        return String.join(", ", trackers.stream().map(URI::toString).toList());
    }

    /** Asks all of them. */
    <T> Heard<T> ask(Question<T> question) {
        var running = new LinkedHashMap<URI, CompletableFuture<T>>();
        for (URI tracker : trackers) running.put(tracker, asked(tracker, question));
        var answers = new LinkedHashMap<URI, T>();
        var troubles = new LinkedHashMap<URI, CatalogueException>();
        running.forEach((tracker, answer) -> {
            Throwable trouble = answer.handle((_, e) -> e).join();
            if (trouble == null) answers.put(tracker, answer.join());
            else if (trouble instanceof CatalogueException e) troubles.put(tracker, e);
            else throw new IllegalStateException("a bug of ours", trouble);
        });
        return new Heard<>(answers, troubles);
    }

    private static <T> CompletableFuture<T> asked(URI tracker, Question<T> question) {
        var answer = new CompletableFuture<T>();
        Thread.ofVirtual().name("catalogue " + tracker).start(() -> {
            try {
                answer.complete(question.ask(new CatalogueClient(tracker)));
            } catch (CatalogueException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /**
     * What is found by a query.
     *
     * @param entries the best first
     * @param more whether there are more than were asked for
     * @param troubles which catalogues could not be asked, and why
     */
    public record Result(List<CatalogueEntry> entries, boolean more, List<String> troubles) {}

    /**
     * The first {@code limit} shares whose names have every word of {@code query}.
     *
     * @throws Refusal if no catalogue can be asked
     */
    public Result search(String query, int limit) throws Refusal {
        Heard<Result> heard = ask(catalogue -> search(catalogue, query, limit));
        heard.needOne();
        List<CatalogueEntry> all = merged(heard.answers().values().stream().map(Result::entries).toList());
        boolean more = all.size() > limit || heard.answers().values().stream().anyMatch(Result::more);
        return new Result(all.subList(0, Math.min(limit, all.size())), more, heard.reasons());
    }

    private static Result search(CatalogueClient catalogue, String query, int limit) throws CatalogueException {
        var entries = new ArrayList<CatalogueEntry>();
        int offset = 0;
        while (offset != SearchPage.NO_MORE && entries.size() < limit) {
            SearchPage page = catalogue.search(query, offset, Math.min(SearchPage.MOST, limit - entries.size()));
            entries.addAll(page.entries());
            offset = page.next() > offset ? page.next() : SearchPage.NO_MORE;
        }
        return new Result(entries, offset != SearchPage.NO_MORE, List.of());
    }

    /** One list of several, in which a share is once: with the greatest number of holders that anyone counted. */
    static List<CatalogueEntry> merged(List<List<CatalogueEntry>> lists) {
        var byHash = new LinkedHashMap<Hash, CatalogueEntry>();
        for (List<CatalogueEntry> list : lists) {
            for (CatalogueEntry entry : list) {
                byHash.merge(entry.infoHash(), entry, Catalogues::merged);
            }
        }
        return List.copyOf(byHash.values());
    }

    private static CatalogueEntry merged(CatalogueEntry a, CatalogueEntry b) {
        CatalogueEntry better = b.holders() > a.holders() ? b : a;
        // the other may call it something else, and so may those who signed that
        List<NameRecord> records = Stream.concat(a.records().stream(), b.records().stream())
                .filter(record -> record.isOf(better.name(), better.infoHash()))
                .distinct()
                .toList();
        return better.withRecords(records);
    }

    /** What each catalogue has under a name, as one. */
    Heard<NameMatches> named(String name) {
        return ask(catalogue -> catalogue.named(name));
    }

    /** The shares in which a root is, best first: with the most seeders. */
    List<RootMatch> byRoot(Hash root) throws Refusal {
        Heard<List<RootMatch>> heard = ask(catalogue -> catalogue.byRoot(root));
        heard.needOne();
        var byHash = new LinkedHashMap<Hash, RootMatch>();
        for (List<RootMatch> matches : heard.answers().values()) {
            for (RootMatch match : matches) {
                byHash.merge(match.entry().infoHash(), match, Catalogues::merged);
            }
        }
        return byHash.values().stream()
                .sorted(Comparator.comparingInt((RootMatch m) -> -m.entry().seeders())
                        .thenComparingInt(m -> -m.entry().holders())
                        .thenComparing(m -> m.entry().infoHash()))
                .toList();
    }

    private static RootMatch merged(RootMatch a, RootMatch b) {
        RootMatch better = b.entry().holders() > a.entry().holders() ? b : a;
        return new RootMatch(better.entry(), better.path(), better.fileIndex(), better.length(),
                holders(List.of(a.holders(), b.holders())));
    }

    /** Who announced a share, as far as these trackers know; a share that is not in their catalogues, too. */
    List<Holder> holders(InfoHash share) throws Refusal {
        Heard<List<Holder>> heard = ask(catalogue -> catalogue.peers(share));
        heard.needOne();
        return holders(List.copyOf(heard.answers().values()));
    }

    private static List<Holder> holders(List<List<Holder>> lists) {
        var byPlace = new LinkedHashMap<Endpoint, Holder>();
        for (List<Holder> list : lists) {
            for (Holder holder : list) {
                byPlace.merge(holder.endpoint(), holder, (a, b) -> b.seenAgo().compareTo(a.seenAgo()) < 0 ? b : a);
            }
        }
        return byPlace.values().stream()
                .sorted(Comparator.comparingLong(Holder::left).thenComparing(Holder::seenAgo))
                .toList();
    }

    /** The whole hash of a share of which 20 bytes are known, if a catalogue has it. */
    Optional<Hash> whole(InfoHash share) {
        return ask(catalogue -> catalogue.entry(share)).answers().values().stream()
                .map(CatalogueEntry::infoHash)
                .filter(hash -> hash.truncated().equals(share))
                .findFirst();
    }
}
