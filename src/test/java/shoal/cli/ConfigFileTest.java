package shoal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.node.Refusal;

class ConfigFileTest {
    private static final Set<String> KNOWN = Set.of("port", "share.port", "tracker", "peer", "no-lan", "name");

    private static ConfigFile read(String text) throws Refusal {
        return ConfigFile.of(Path.of("c.toml"), text.lines().toList(), KNOWN);
    }

    @Test
    void setsOptionsForAllCommandsAndForOne() throws Refusal {
        ConfigFile config = read("""
                # where we are
                port = 7000   # for all
                tracker = ["http://one.example/announce", 'http://two.example/announce#x', ]
                peer = []
                no_lan = true
                name = "a # in a name"

                [share]
                port = 7001
                """);
        assertEquals(Optional.of("7000"), config.value("fetch", "port"));
        assertEquals(Optional.of("7001"), config.value("share", "port"));
        assertEquals(Optional.of("http://one.example/announce http://two.example/announce#x"),
                config.value("fetch", "tracker"));
        assertEquals(Optional.empty(), config.value("fetch", "peer"));
        assertEquals(Optional.of("true"), config.value("fetch", "no-lan"));
        assertEquals(Optional.of("a # in a name"), config.value("share", "name"));
        assertEquals(Optional.of("c.toml, line 9"), config.place("share", "port"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"port", "port =", "port = 7000 7001", "prot = 7000", "[share", "port = 7.5", "port = x",
        "tracker = [\"a b\"]", "tracker = [1]", "name = \"a\\n\"", "port = 1\nport = 2", "[fetch]\nport = 1"})
    void refusesWhatItDoesNotUnderstandAndSaysWhere(String text) {
        Refusal refusal = assertThrows(Refusal.class, () -> read(text));
        assertTrue(refusal.getMessage().startsWith("c.toml, line "), refusal.getMessage());
    }
}
