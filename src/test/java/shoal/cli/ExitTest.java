package shoal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.BindException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import shoal.manifest.ManifestException;
import shoal.node.Refusal;
import shoal.storage.DiskFault;

final class ExitTest {
    @Test
    void everyRefusalHasItsCode() {
        var codes = Map.of(
                Refusal.Kind.USAGE, 2,
                Refusal.Kind.NOT_FOUND, 3,
                Refusal.Kind.NO_PEERS, 5,
                Refusal.Kind.NETWORK, 6,
                Refusal.Kind.UNFINISHED, 7,
                Refusal.Kind.BAD_MANIFEST, 26,
                Refusal.Kind.BAD_MAGNET, 27);
        assertEquals(codes, Stream.of(Refusal.Kind.values())
                .collect(Collectors.toMap(kind -> kind, kind -> Exit.of(new Refusal(kind, "why")).code)));
    }

    @Test
    void everyDiskFaultHasItsCode() {
        var codes = Map.of(
                DiskFault.Kind.FULL, 9,
                DiskFault.Kind.IO, 17,
                DiskFault.Kind.EXISTS, 13,
                DiskFault.Kind.IN_USE, 11,
                DiskFault.Kind.NEWER, 1,
                DiskFault.Kind.UNSAFE, 17,
                DiskFault.Kind.WITHDRAWN, 17);
        assertEquals(codes, Stream.of(DiskFault.Kind.values())
                .collect(Collectors.toMap(kind -> kind, kind -> Exit.of(new DiskFault(kind, "why")).code)));
    }

    @Test
    void theRestIsTheNetworkAManifestOrABug() {
        assertEquals(6, Exit.of(new BindException("in use")).code);
        assertEquals(6, Exit.of(new IOException()).code);
        assertEquals(26, Exit.of(new ManifestException("none")).code);
        assertEquals(1, Exit.of(new IllegalStateException("a bug")).code);
    }
}
