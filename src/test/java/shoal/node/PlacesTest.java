package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PlacesTest {
    @Test
    void shoalHomePutsAllUnderOneFolder() throws Exception {
        Places places = Places.of(Map.of("SHOAL_HOME", "/one", "XDG_STATE_HOME", "/x", "HOME", "/h"));
        assertEquals(Path.of("/one/config/publisher.key"), places.publisherKey());
        assertEquals(Path.of("/one/state"), places.state());
        assertEquals(Path.of("/one/data/manifests"), places.manifests());
        assertEquals(Path.of("/one/data/tracker"), places.tracker());
    }

    @Test
    void followsTheXdgVariables() throws Exception {
        Places places = Places.of(Map.of(
                "XDG_CONFIG_HOME", "/c", "XDG_STATE_HOME", "/s", "XDG_DATA_HOME", "/d", "HOME", "/h"));
        assertEquals(Path.of("/c/shoal"), places.config());
        assertEquals(Path.of("/s/shoal"), places.state());
        assertEquals(Path.of("/d/shoal"), places.data());
    }

    @Test
    void withoutThemItTakesTheUsualFolders() throws Exception {
        Places places = Places.of(Map.of("HOME", "/h", "SHOAL_HOME", ""));
        assertEquals(Path.of("/h/.config/shoal/publisher.key"), places.publisherKey());
        assertEquals(Path.of("/h/.local/state/shoal"), places.state());
        assertEquals(Path.of("/h/.local/share/shoal"), places.data());
    }

    @Test
    void ignoresAnXdgPathThatIsNotAbsolute() throws Exception {
        Places places = Places.of(Map.of("XDG_STATE_HOME", "here", "HOME", "/h"));
        assertEquals(Path.of("/h/.local/state/shoal"), places.state());
    }

    @Test
    void refusesAHomeThatIsNoPath() {
        assertThrows(Refusal.class, () -> Places.of(Map.of("SHOAL_HOME", "a\0b")));
    }
}
