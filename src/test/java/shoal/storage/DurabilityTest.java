package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import shoal.merkle.Merkle;

/** The order of write, force, commit, tell; and what happens when the disk does not obey. */
final class DurabilityTest extends TestDownloads {
    private static final int PIECE = 64 << 10;
    private static final TestContent FILE = TestContent.of("file", PIECE, Map.of("file", 20 << 20));

    private FileHoldings open(Keeper.Forcing forcing) throws Exception {
        FileHoldings holdings = FileHoldings.forFetch(
                fetch.store(), FILE.manifest, fetch.out, FILE.all(), false, new Progress(), forcing);
        holdings.listener(fetch.events);
        return holdings;
    }

    private BitSet provenInTheDatabase() throws DiskFault {
        return fetch.store().ask(tables -> {
            Optional<PartTable.Part> part = tables.parts().find(fetch.out.toAbsolutePath().resolve("file"));
            return part.isEmpty() ? new BitSet() : tables.parts().proven(part.get().id());
        });
    }

    @Test
    void forcesTheBytesBeforeItNotesThePieceAndNotesItBeforeItTells() throws Exception {
        var reported = new Pieces();
        var forced = new Pieces();
        var told = new Pieces();
        var rounds = new AtomicInteger();
        try (FileHoldings holdings = open(channel -> {
            BitSet now = reported.copy();
            BitSet noted = notedPieces();
            BitSet early = (BitSet) noted.clone();
            early.andNot(forced.copy());
            if (!early.isEmpty()) throw new IllegalStateException("noted and not forced: " + early);
            BitSet rash = told.copy();
            rash.andNot(noted);
            if (!rash.isEmpty()) throw new IllegalStateException("told and not noted: " + rash);
            channel.force(false);
            forced.add(now);
            rounds.incrementAndGet();
        })) {
            holdings.listener(event -> {
                fetch.events.accept(event);
                if (event instanceof StorageEvent.Committed(int piece)) told.add(piece);
            });
            for (int piece = 0; piece < FILE.manifest.pieceCount(); piece++) {
                FILE.receive(holdings, piece, 0, FILE.manifest.blocksIn(piece));
                reported.add(piece);
                holdings.proven(piece, FILE.pieceLeaves(piece));
                if (piece % 50 == 0) fetch.events.await(StorageEvent.Committed.class);
            }
            fetch.events.await(StorageEvent.FileDone.class);
            assertTrue(rounds.get() > 2, rounds + " rounds");
        }
    }

    private BitSet notedPieces() throws IOException {
        try {
            var pieces = new BitSet();
            provenInTheDatabase().stream().forEach(block -> pieces.set(block * Merkle.BLOCK / PIECE));
            return pieces;
        } catch (DiskFault e) {
            throw new IOException(e);
        }
    }

    /** Pieces, for several threads. */
    private static final class Pieces {
        private final BitSet bits = new BitSet();

        synchronized void add(int piece) {
            bits.set(piece);
        }

        synchronized void add(BitSet pieces) {
            bits.or(pieces);
        }

        synchronized BitSet copy() {
            return (BitSet) bits.clone();
        }
    }

    /** Row H3. */
    @Test
    void notesNothingThatCouldNotBeForced() throws Exception {
        var failing = new AtomicBoolean();
        try (FileHoldings holdings = open(channel -> {
            if (failing.get()) throw new IOException("Input/output error");
            channel.force(false);
        })) {
            FILE.fetch(holdings, 0);
            fetch.events.await(StorageEvent.Committed.class);
            failing.set(true);
            FILE.receive(holdings, 2, 0, 2);
            FILE.fetch(holdings, 1);
            DiskFault fault = fetch.events.failure();
            assertEquals(DiskFault.Kind.IO, fault.kind());
            assertTrue(fault.getMessage().contains("cannot force to the disk"), fault.getMessage());
            assertThrows(DiskFault.class, () -> FILE.fetch(holdings, 3));
            assertThrows(DiskFault.class, holdings::finish);
        }
        failing.set(false);
        try (FileHoldings again = fetch.open(FILE)) {
            // the system may have thrown away what it could not write: nothing of it counts, though it can be read
            assertEquals(1, again.have().count());
            assertTrue(again.have().has(0));
            assertEquals(List.of(), again.partial());
            fetch.fetchAll(FILE, again);
            fetch.assertFetched(FILE);
        }
    }

    @Test
    void givesAFileItsNameOnlyWhenAllOfItIsCommitted() throws Exception {
        Path path = fetch.out.resolve("file");
        try (FileHoldings holdings = open(channel -> {
            if (Files.exists(path)) throw new IOException("it has its name and is still forced");
            channel.force(false);
        })) {
            holdings.listener(event -> {
                fetch.events.accept(event);
                if (event instanceof StorageEvent.FileDone && !Files.exists(path)) throw new IllegalStateException();
            });
            for (int piece = 1; piece < FILE.manifest.pieceCount(); piece++) FILE.fetch(holdings, piece);
            fetch.events.await(StorageEvent.Committed.class, FILE.manifest.pieceCount() - 1);
            assertFalse(Files.exists(path));
            FILE.fetch(holdings, 0);
            fetch.events.await(StorageEvent.FileDone.class);
            assertArrayEquals(FILE.files.getFirst(), Files.readAllBytes(path));
        }
    }

    private List<Path> underWay() throws IOException {
        try (var all = Files.list(dir.resolve("state/downloads"))) {
            return all.toList();
        }
    }

    /** Else a power failure could take the part its length, and nothing would say that it is ours. */
    @Test
    void forcesAPartWithoutAProvenPieceBeforeItForgetsThatItWasUnderWay() throws Exception {
        var forced = new ArrayList<Integer>();
        try (FileHoldings holdings = open(channel -> {
            channel.force(false);
            forced.add(underWay().size());
        })) {
            FILE.receive(holdings, 0, 0, 1);
        }
        assertEquals(List.of(1), forced);
        assertEquals(List.of(), underWay());
    }

    @Test
    void remembersThatADownloadWasUnderWayIfItsPartCannotBeForced() throws Exception {
        try (FileHoldings holdings = open(channel -> {
            throw new IOException("Input/output error");
        })) {
            FILE.receive(holdings, 0, 0, 1);
        }
        assertEquals(1, underWay().size());
    }
}
