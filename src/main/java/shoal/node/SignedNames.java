package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameMatches;
import shoal.catalogue.NameRecord;
import shoal.storage.DiskFault;

/**
 * What a publisher's word is on a name: the newest of the records that catalogues have, but never one that is older
 * than what was seen before. A share that only bears the name is never taken instead.
 */
final class SignedNames {
    private SignedNames() {}

    /** The newest record of the name by the one key that is meant. */
    static NameRecord newest(What.Signed what, Catalogues catalogues, Resolver.Known known, Consumer<String> warnings)
            throws Refusal, DiskFault {
        Catalogues.Heard<List<NameRecord>> heard = catalogues.ask(c -> c.records(what.name(), what.digits()));
        heard.needOne();
        heard.reasons().forEach(warnings);
        var newest = heard.answers().values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(
                        NameRecord::key, record -> record, (a, b) -> b.seq() > a.seq() ? b : a, TreeMap::new));
        if (newest.isEmpty()) throw unknown(what, catalogues);
        if (newest.size() > 1) {
            throw new Refusal(Refusal.Kind.USAGE, newest.size() + " publishers of " + quoted(what.name().text())
                    + " have keys that begin so: say more of the digits"
                    + newest.keySet().stream().map(key -> "\n  " + key).collect(Collectors.joining()));
        }
        NameRecord record = newest.firstEntry().getValue();
        long highest = known.highestSeen(record.key(), record.name(), record.seq());
        if (record.seq() < highest) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "an older record of " + quoted(what.name().text()) + " by "
                    + record.key().shortHex() + " than was seen before is all that " + catalogues.describe()
                    + " gives: number " + record.seq() + ", and it was " + highest + " already");
        }
        return record;
    }

    private static Refusal unknown(What.Signed what, Catalogues catalogues) {
        String hint = what.literal().map(name -> hint(name, catalogues)).orElse("");
        return new Refusal(Refusal.Kind.NOT_FOUND, "nothing called " + quoted(what.name().text()) + " is signed by "
                + what.digits() + " at " + catalogues.describe() + hint);
    }

    /** A share may be called like that, digits and all; whoever means it can say its hash. */
    private static String hint(CatalogueName literal, Catalogues catalogues) {
        List<CatalogueEntry> entries = Catalogues.merged(catalogues.named(literal.text()).answers().values().stream()
                .map(NameMatches::exact)
                .toList());
        entries = checked(entries, _ -> {});
        return entries.isEmpty()
                ? ""
                : "; what is called " + quoted(literal.text()) + " is fetched by its hash" + Resolver.listed(entries);
    }

    /** The entries with those of their records that are genuine; {@code warnings} is told of others. */
    static List<CatalogueEntry> checked(List<CatalogueEntry> entries, Consumer<String> warnings) {
        return entries.stream().map(entry -> checked(entry, warnings)).toList();
    }

    private static CatalogueEntry checked(CatalogueEntry entry, Consumer<String> warnings) {
        Map<Boolean, List<NameRecord>> records =
                entry.records().stream().collect(Collectors.partitioningBy(NameRecord::isGenuine));
        for (NameRecord forged : records.getOrDefault(false, List.of())) {
            warnings.accept("a catalogue lies: its record of " + quoted(entry.name().text()) + " was not signed by "
                    + forged.key().shortHex());
        }
        return entry.withRecords(records.getOrDefault(true, List.of()));
    }
}
