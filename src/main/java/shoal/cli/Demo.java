package shoal.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import shoal.bytes.Sizes;
import shoal.storage.DiskFault;

/**
 * The main job before one's eyes: a tracker, three seeders and a fetcher, each a process of its own. One seeder is
 * killed on the way, and the fetcher once, too. All that is told was measured; a transfer that was over before anyone
 * could be killed is told as that. One thread; {@link #close} may come from another.
 */
final class Demo implements AutoCloseable {
    private static final long MADE = 512L << 20;
    private static final int SEEDERS = 3;
    private static final double KILL_SEEDER = 0.20;
    private static final double KILL_FETCHER = 0.45;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Terminal terminal;
    private final Path folder;
    private final List<Child> children = new ArrayList<>();
    private final Map<String, Long> byPeer = new LinkedHashMap<>();
    private boolean closed;
    private int step;

    Demo(Terminal terminal) throws IOException {
        this.terminal = terminal;
        folder = Files.createTempDirectory("shoal-demo-");
    }

    private void step(String text) {
        terminal.result(String.format("%2d  %s", ++step, text));
    }

    private void note(String text) {
        terminal.result("    " + text);
    }

    private Child start(String name, String home, String... words) throws IOException {
        synchronized (children) {
            if (closed) throw new IOException("the demo is over");
            Child child = Child.start(name, folder.resolve(home), List.of(words));
            children.add(child);
            return child;
        }
    }

    /** Runs it with the file or folder {@code path}. Returns whether all came out as it should. */
    boolean run(Path path) throws IOException, DiskFault {
        Path shared = path.toString().isEmpty() ? make() : path.toAbsolutePath().normalize();
        Child tracker = start("tracker", "tracker", "tracker", "--bind", "127.0.0.1", "--port", "0");
        String announce = text(tracker.await("ready", PATIENCE), "announce");
        step("tracker, process " + tracker.pid() + ": " + announce);
        List<Child> seeders = seeders(shared, announce);
        Map<String, Object> share = seeders.getFirst().latest("share");
        String name = text(share, "name");
        Path out = folder.resolve("out");

        long begun = System.nanoTime();
        Child fetcher = fetcher(name, announce, out);
        step("fetcher, process " + fetcher.pid() + ": shoal fetch " + name);
        Map<String, Object> first = firstRun(fetcher, seeders);
        boolean wasKilled = !"done".equals(first.get("event"));
        long received = number(first, "received");
        count(first);
        Map<String, Object> done = first;
        if (wasKilled) {
            fetcher = fetcher(name, announce, out);
            step("fetcher, process " + fetcher.pid() + ": the same command again");
            done = fetcher.await("done", PATIENCE);
            note(Sizes.format(number(done, "resumed")) + " were here and proven, "
                    + Sizes.format(number(done, "received")) + " came now");
            // what is here did come, though the killed one may not have had the time to say so
            received = Math.max(received, number(done, "resumed")) + number(done, "received");
            count(done);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return report(seeders, share, done, received, seconds, Path.of(text(done, "path")));
    }

    private Path make() throws IOException, DiskFault {
        long room = Files.getFileStore(folder).getUsableSpace();
        if (room < 2 * MADE + MADE / 8) {
            throw new DiskFault(DiskFault.Kind.FULL, "disk full: need " + Sizes.format(2 * MADE + MADE / 8) + ", have "
                    + Sizes.format(room) + " at " + folder + "; name a smaller file, or another folder in TMPDIR"
                    + " by SHOAL_JAVA_OPTS=-Djava.io.tmpdir=DIR");
        }
        Path file = folder.resolve("demo.bin");
        var random = new SplittableRandom();
        var buffer = ByteBuffer.allocate(1 << 20);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < MADE; at += buffer.capacity()) {
                random.nextBytes(buffer.array());
                for (buffer.clear(); buffer.hasRemaining(); ) channel.write(buffer);
            }
        }
        step("made demo.bin: " + Sizes.format(MADE) + " of random bytes");
        return file;
    }

    private List<Child> seeders(Path shared, String announce) throws IOException {
        long begun = System.nanoTime();
        var seeders = new ArrayList<Child>();
        for (int i = 1; i <= SEEDERS; i++) {
            seeders.add(start("seeder" + i, "seeder" + i,
                    "share", shared.toString(), "-t", announce, "--bind", "127.0.0.1"));
        }
        for (Child seeder : seeders) seeder.await("ready", PATIENCE);
        Map<String, Object> share = seeders.getFirst().latest("share");
        step(String.format("%d seeders, processes %s: each hashed %s and shares it, after %.1f s", SEEDERS,
                String.join(", ", seeders.stream().map(seeder -> String.valueOf(seeder.pid())).toList()),
                Sizes.format(number(share, "length")), (System.nanoTime() - begun) / 1e9));
        note("hash " + text(share, "hash"));
        return seeders;
    }

    private Child fetcher(String name, String announce, Path out) throws IOException {
        return start("fetcher", "fetcher", "fetch", name, "-t", announce, "--bind", "127.0.0.1", "-o", out.toString());
    }

    /** Kills a seeder and then the fetcher on the way. Returns the last that the fetcher said. */
    private Map<String, Object> firstRun(Child fetcher, List<Child> seeders) throws IOException {
        boolean seederKilled = false;
        while (true) {
            Map<String, Object> event = fetcher.next(PATIENCE);
            String kind = text(event, "event");
            if (kind.equals("done")) {
                note("it was complete before anyone" + (seederKilled ? " else" : "") + " could be killed: "
                        + Sizes.format(number(event, "wanted")) + " are too few for that here");
                return event;
            }
            if (kind.equals("end")) throw new IOException("the fetcher ended: " + fetcher.latest("error"));
            double part = number(event, "done") / (double) Math.max(1, number(event, "wanted"));
            if (!kind.equals("progress") || number(event, "wanted") == 0) continue;
            if (!seederKilled && part >= KILL_SEEDER) {
                seederKilled = true;
                seeders.get(1).kill();
                note(String.format("at %.0f %%: killed seeder %d with SIGKILL", 100 * part, seeders.get(1).pid()));
            }
            if (part >= KILL_FETCHER && part < 1) {
                fetcher.kill();
                note(String.format("at %.0f %%: killed the fetcher with SIGKILL", 100 * part));
                Map<String, Object> done = fetcher.latest("done");
                return done.isEmpty() ? fetcher.latest("progress") : done;
            }
        }
    }

    private boolean report(List<Child> seeders, Map<String, Object> share, Map<String, Object> done, long received,
            double seconds, Path fetched) throws IOException {
        long sent = 0;
        for (Child seeder : seeders) {
            seeder.stop();
            long progress = number(seeder.latest("progress"), "sent");
            sent += Math.max(progress, number(seeder.latest("stopped"), "sent"));
        }
        long length = number(done, "wanted");
        step(String.format("fetched %s in %.1f s (%.0f MB/s, with all starts and kills)", Sizes.format(length), seconds,
                length / 1e6 / seconds));
        byPeer.forEach((peer, bytes) -> note(String.format("from %-21s %10s", peer, Sizes.format(bytes))));
        long twice = Math.max(0, received - length);
        note("fetched twice: " + Sizes.format(twice) + ", at most "
                + Sizes.format(Math.max(twice, sent - length)) + " by what the seeders sent");
        Child verifier = start("verifier", "verifier", "verify", text(share, "manifest"), fetched.toString());
        Map<String, Object> verified = verifier.await("verified", PATIENCE);
        boolean ok = Boolean.TRUE.equals(verified.get("ok"));
        step(ok ? "verified by process " + verifier.pid() + ": every block is right" : "verified: IT IS NOT RIGHT");
        note("hash " + text(done, "hash"));
        boolean same = text(done, "hash").equals(text(share, "hash"));
        terminal.result(ok && same ? "OK: it is all here, and proven." : "FAILED");
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "demo");
        json.put("ok", ok && same);
        json.put("hash", text(done, "hash"));
        json.put("length", length);
        json.put("seconds", Math.round(seconds * 1000) / 1000.0);
        json.put("peers", byPeer);
        json.put("received", received);
        json.put("sent", sent);
        json.put("twice", twice);
        terminal.json(json);
        return ok && same;
    }

    private void count(Map<String, Object> event) {
        if (!(event.get("peers") instanceof List<?> peers)) return;
        for (Object peer : peers) {
            if (!(peer instanceof Map<?, ?> map) || !(map.get("received") instanceof Number bytes)) continue;
            byPeer.merge(String.valueOf(map.get("peer")), bytes.longValue(), Long::sum);
        }
    }

    private static String text(Map<String, Object> event, String key) {
        return String.valueOf(event.get(key));
    }

    private static long number(Map<String, Object> event, String key) {
        return event.get(key) instanceof Number number ? number.longValue() : 0;
    }

    /** Ends every process that was started, and removes all that was made. */
    @Override
    public void close() throws IOException {
        synchronized (children) {
            closed = true;
            children.forEach(Child::kill);
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList().reversed()) Files.deleteIfExists(path);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
