package shoal.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Hash;
import shoal.bytes.PublisherKey;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;

@Timeout(60)
final class PublisherTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_790_000_000_123L);

    @TempDir
    private Path folder;

    private Path file;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("config/publisher.key");
    }

    private static Manifest manifest(String name, boolean isPrivate) {
        try {
            return new ManifestWriter(name, 16384)
                    .file(List.of(name), 5, Hash.ofHex("ab".repeat(32)), false)
                    .isPrivate(isPrivate)
                    .build();
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<NameRecord> signed(String name) {
        return Publisher.open(file).sign(manifest(name, false), NOW, warnings::add);
    }

    @Test
    void signsWithAKeyThatIsMadeOnceForItsOwnerAlone() throws Exception {
        NameRecord first = signed("film").orElseThrow();
        assertTrue(first.isGenuine());
        assertTrue(first.isOf(new CatalogueName("film"), manifest("film", false).infoHash()));
        assertEquals(1_790_000_000_123L, first.seq());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        byte[] before = Files.readAllBytes(file);
        assertEquals(first.key(), signed("other").orElseThrow().key());
        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(List.of(), warnings);
        try (var all = Files.list(folder.resolve("config"))) {
            assertEquals(List.of(file), all.toList(), "nothing is left beside it");
        }
    }

    @Test
    void processesThatMakeItAtOnceGetOneKey() throws Exception {
        var keys = new HashSet<PublisherKey>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<PublisherKey> open = () -> PublisherFile.open(file).key().key();
            for (var key : threads.invokeAll(List.of(open, open, open, open, open, open, open, open))) {
                keys.add(key.get());
            }
        }
        assertEquals(1, keys.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ed25519", "\0\377", "flipped", "shorter", "longer"})
    void aDamagedKeyIsAWarningAndStaysAsItIs(String damage) throws IOException {
        assertTrue(signed("film").isPresent());
        String good = Files.readString(file);
        int digit = Character.digit(good.charAt(20), 16);
        Files.writeString(file, switch (damage) {
            case "flipped" -> good.substring(0, 20) + Character.forDigit(digit ^ 1, 16) + good.substring(21);
            case "shorter" -> good.substring(0, 100);
            case "longer" -> good + "x".repeat(2_000);
            default -> damage;
        });
        byte[] before = Files.readAllBytes(file);
        assertEquals(Optional.empty(), signed("film"));
        assertEquals(List.of("the name is registered without a signature: the publisher's key " + file
                + " is damaged: put back a copy, or move it away to begin with a new one"), warnings);
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void aFolderInItsPlaceOrOneThatCannotBeMadeIsAWarning() throws IOException {
        Files.createDirectories(file);
        assertEquals(Optional.empty(), signed("film"));
        assertTrue(warnings.getFirst().contains(" is damaged"), warnings::toString);
        Path noFolder = Files.createFile(folder.resolve("file"));
        assertThrows(IOException.class, () -> PublisherFile.open(noFolder.resolve("publisher.key")));
    }

    @Test
    void aKeyThatOthersCanReadSignsWithAWarning() throws IOException {
        assertTrue(signed("film").isPresent());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(signed("film").isPresent());
        assertEquals(List.of("others on this machine can read your publisher's key: chmod 600 " + file), warnings);
    }

    @Test
    void whatNoRecordCanBearOrNobodyMayKnowIsNotSigned() {
        Publisher publisher = Publisher.open(file);
        assertEquals(Optional.empty(), publisher.sign(manifest("x".repeat(65), false), NOW, warnings::add));
        assertEquals(List.of("\"" + "x".repeat(65)
                + "\" is registered without a signature: a name of more than 64 bytes cannot be signed"), warnings);
        assertEquals(Optional.empty(), publisher.sign(manifest("film", true), NOW, warnings::add));
        assertTrue(publisher.sign(manifest("x".repeat(64), false), NOW, warnings::add).isPresent());
        assertEquals(1, warnings.size(), warnings::toString);
    }
}
