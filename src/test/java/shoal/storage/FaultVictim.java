package shoal.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Fetches a small share again and again, each time with another call to the disk that fails, and each time once more
 * without. Runs with {@link FaultyDisk} and says a line for each call: what failed, and how it ended.
 */
final class FaultVictim {
    private static final List<FaultyDisk.Kind> KINDS = List.copyOf(EnumSet.allOf(FaultyDisk.Kind.class));

    private FaultVictim() {}

    /** Arguments: a folder, the first call that fails, and the step to the next one. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        int step = Integer.parseInt(args[2]);
        for (int call = Integer.parseInt(args[1]); ; call += step) {
            int choice = call / step;
            FaultyDisk.Kind kind = KINDS.get(choice % KINDS.size());
            boolean once = choice / KINDS.size() % 2 == 0;
            if (!failing(root, call, kind, once)) break;
        }
        System.out.println("DONE");
    }

    /** False once the fetch has fewer calls. */
    private static boolean failing(Path root, int call, FaultyDisk.Kind kind, boolean once) throws Exception {
        Path dir = root.resolve(String.valueOf(call));
        var told = new AtomicReference<String>();
        String end = "well";
        FaultyDisk.fail(root, call, kind, once);
        try {
            CrashVictim.run(CrashVictim.SMALL, dir, call, 1e12, line -> {
                if (line.startsWith("FAILED ")) told.compareAndSet(null, line);
            });
        } catch (DiskFault fault) {
            end = fault.kind() + " " + Objects.requireNonNull(fault.getMessage()).replace('\n', '|');
        }
        String said = FaultyDisk.heal(root);
        String failed = said.substring(said.indexOf(' ') + 1).replace(dir.toString() + "/", "");
        if (!failed.isEmpty()) {
            if (end.equals("well") && told.get() != null) throw new AssertionError("swallowed: " + told.get());
            System.out.println(call + "\t" + kind + (once ? " once" : " on") + "\t" + failed + "\t" + end);
        }
        lookAndFinish(dir);
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
        return !failed.isEmpty();
    }

    /** Looks whether what is claimed is there, and fetches the rest. */
    private static void lookAndFinish(Path dir) throws Exception {
        try (Store store = Store.open(dir.resolve("state"));
                FileHoldings holdings = FileHoldings.forFetch(store, CrashVictim.SMALL.manifest, dir.resolve("out"),
                        CrashVictim.SMALL.all(), false, new Progress())) {
            CrashVictim.SMALL.requireClaims(holdings, dir.resolve("out"));
        }
        CrashVictim.run(CrashVictim.SMALL, dir, 0, 1e12, line -> {});
        CrashVictim.SMALL.requireAll(dir.resolve("out"));
    }
}
