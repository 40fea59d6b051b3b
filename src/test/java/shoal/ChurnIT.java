package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.testing.Conversation;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.testing.Manner;
import shoal.testing.Program;
import shoal.wire.Message;
import shoal.wire.WireLimits;

/**
 * Peers come and go, well or badly, around a tracker, a seeder and one that fetched and goes on seeding. What these
 * three hold must not grow. It goes on for {@code -Dshoal.churn} seconds, 30 without it.
 */
final class ChurnIT extends Processes {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("shoal.churn", 30));
    private static final Duration REST = Duration.ofMinutes(2);
    private static final int STRANGERS = 40;
    /** Rounds until everything is loaded that is ever loaded. */
    private static final int WARM = 3;

    private final SplittableRandom random = new SplittableRandom(Long.getLong("shoal.seed", 20_261_122));
    private final FakeShare share = FakeShare.ofFile(21, 1 << 18, (int) (24 * MIB));

    /** What a process holds: of its own memory what is alive, in bytes. */
    private record Holdings(int threads, int descriptors, long heap, long disk) {
        static Holdings of(Program program, Path home) throws Exception {
            Path proc = Path.of("/proc", String.valueOf(program.process().pid()));
            int threads = (int) Files.readAllLines(proc.resolve("status")).stream()
                    .filter(line -> line.startsWith("Threads:")).mapToLong(Holdings::digits).sum();
            long disk;
            try (Stream<Path> files = Files.walk(home)) {
                disk = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
            }
            return new Holdings(threads, descriptors(proc), heap(program), disk);
        }

        private static int descriptors(Path proc) throws IOException {
            try (Stream<Path> all = Files.list(proc.resolve("fd"))) {
                return (int) all.count();
            }
        }

        /** After a collection, which {@code GC.class_histogram} begins with. */
        private static long heap(Program program) throws Exception {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(program.process().pid()),
                    "GC.class_histogram").redirectErrorStream(true).start();
            String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), all);
            Matcher total = Pattern.compile("(?m)^Total +\\d+ +(\\d+)").matcher(all);
            assertTrue(total.find(), all);
            return Long.parseLong(total.group(1));
        }

        private static long digits(String line) {
            return Long.parseLong(line.replaceAll("\\D", ""));
        }

        boolean isWithin(Holdings before) {
            return threads <= before.threads + 4 && descriptors <= before.descriptors + 4
                    && heap <= before.heap * 1.1 + MIB && disk <= before.disk + MIB;
        }
    }

    /** One of the three that stay. */
    private record Resident(Program program, Path home) {
        Holdings holdings() throws Exception {
            return Holdings.of(program, home);
        }
    }

    @Test
    void nothingGrowsWhilePeersComeAndGo() throws Exception {
        share.writeTo(folder);
        Program tracking = shoal("tracker", "tracker", "--bind", "127.0.0.1", "--port", "0");
        String tracker = tracking.await("^READY (\\S+)$", LONG).group(1);
        var doors = List.of(Endpoint.parse("127.0.0.1:" + freePort()), Endpoint.parse("127.0.0.1:" + freePort()));
        Program seeder = seeder("seeder", folder.resolve("file.bin"), tracker, "-p", "256K", "--port",
                String.valueOf(doors.getFirst().port()));
        Program keeper = fetch("keeper", tracker, "--keep-seeding", "--port", String.valueOf(doors.getLast().port()));
        keeper.await("file.bin$", LONG);
        var residents = List.of(new Resident(tracking, folder.resolve("tracker")),
                new Resident(seeder, folder.resolve("seeder")), new Resident(keeper, folder.resolve("keeper")));
        var before = new ArrayList<Holdings>();
        long end = System.nanoTime() + TIME.toNanos();
        int rounds = 0;
        for (; rounds <= WARM || System.nanoTime() < end; rounds++) {
            if (rounds == WARM) for (Resident resident : residents) before.add(resident.holdings());
            round(rounds, tracker, doors);
        }
        System.out.println(rounds + " rounds, seed " + Long.getLong("shoal.seed", 20_261_122));
        for (int i = 0; i < residents.size(); i++) rests(residents.get(i), before.get(i));
    }

    private Program fetch(String home, String tracker, String... more) throws IOException {
        var words = new ArrayList<>(List.of("fetch", "file.bin", "-t", tracker, "--bind", "127.0.0.1", "-o",
                folder.resolve(home).resolve("out").toString()));
        words.addAll(List.of(more));
        return shoal(home, words.toArray(String[]::new));
    }

    /** One is there from its start to its end, one is killed and comes back, and strangers do what they like. */
    private void round(int number, String tracker, List<Endpoint> doors) throws Exception {
        String stays = "stays" + number;
        String killed = "killed" + number;
        Program first = fetch(stays, tracker);
        Program second = fetch(killed, tracker, "--download-limit", "20M", "--limit-lan", "--json");
        var peers = new ArrayList<FakePeer>();
        try {
            for (int i = 0; i < STRANGERS; i++) peers.add(stranger(doors.get(i % doors.size())));
            second.await("\"done\":[1-9]", LONG);
            second.close();
            assertEquals(0, first.exit(LONG), first.toString());
            Program again = fetch(killed, tracker);
            assertEquals(0, again.exit(LONG), again.toString());
        } finally {
            for (FakePeer peer : peers) peer.close();
        }
        for (String home : List.of(stays, killed)) {
            assertEquals(-1, Files.mismatch(folder.resolve("file.bin"), folder.resolve(home).resolve("out/file.bin")));
            delete(folder.resolve(home));
        }
    }

    private FakePeer stranger(Endpoint door) throws Exception {
        FakePeer peer = FakePeer.of(share);
        switch (random.nextInt(6)) {
            case 0 -> SocketChannel.open(door.socketAddress()).close();
            case 1 -> peer.inSwarm(new InfoHash(random.nextInt(), 0, 0)).dial(door);
            case 2 -> peer.having().dial(door);
            case 3 -> babble(peer.having(3, 5).dial(door), new byte[random.nextInt(1, 5000)]);
            case 4 -> peer.having().withManner(new Leech(random.nextInt(1, 60))).dial(door);
            default -> peer.withManner(Manner.choking()).listen().dial(door);
        }
        return peer;
    }

    private static void babble(Conversation with, byte[] words) {
        try {
            with.sayRaw(words);
        } catch (IOException e) {
            // whoever has everything may have hung up on it by then
        }
    }

    /** Asks for some blocks as soon as it may. */
    private static final class Leech extends Manner {
        private final int blocks;

        Leech(int blocks) {
            this.blocks = blocks;
        }

        @Override
        protected void greet(Conversation with) throws IOException, InterruptedException {
            super.greet(with);
            with.say(new Message.Interested());
        }

        @Override
        protected void heard(Conversation with, Message message) throws IOException, InterruptedException {
            super.heard(with, message);
            if (!(message instanceof Message.Unchoke)) return;
            for (int i = 0; i < blocks; i++) with.say(new Message.Request(i, 0, WireLimits.BLOCK));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }

    /** Waits until it holds no more than {@code before}. */
    private static void rests(Resident resident, Holdings before) throws Exception {
        long end = System.nanoTime() + REST.toNanos();
        Holdings now;
        do {
            now = resident.holdings();
        } while (!now.isWithin(before) && System.nanoTime() < end);
        System.out.println(resident.home().getFileName() + ": " + before + ", then " + now);
        assertTrue(now.isWithin(before), () -> resident.home().getFileName() + " held more at the end");
    }
}
