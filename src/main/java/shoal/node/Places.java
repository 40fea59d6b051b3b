package shoal.node;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a user's Shoal keeps what it must remember: in the folders of the XDG base directory specification, or all in
 * one folder if {@code SHOAL_HOME} names it.
 *
 * @param config what the user may want to carry to another machine: the publisher's key, options
 * @param state the database of proven bytes, and the locks
 * @param data what the user may want to keep: manifests, a tracker's catalogue
 * @param cache what can be found again: nodes of the DHT
 */
public record Places(Path config, Path state, Path data, Path cache) {
    /**
     * The places that an environment asks for.
     *
     * @throws Refusal if {@code SHOAL_HOME} is no path
     */
    public static Places of(Map<String, String> environment) throws Refusal {
        String all = environment.getOrDefault("SHOAL_HOME", "");
        if (!all.isEmpty()) {
            try {
                Path home = Path.of(all).toAbsolutePath().normalize();
                return new Places(
                        home.resolve("config"), home.resolve("state"), home.resolve("data"), home.resolve("cache"));
            } catch (InvalidPathException e) {
                throw new Refusal(Refusal.Kind.USAGE, "SHOAL_HOME is no path: " + e.getMessage(), e);
            }
        }
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
        return new Places(
                xdg(environment.get("XDG_CONFIG_HOME"), home, ".config"),
                xdg(environment.get("XDG_STATE_HOME"), home, ".local/state"),
                xdg(environment.get("XDG_DATA_HOME"), home, ".local/share"),
                xdg(environment.get("XDG_CACHE_HOME"), home, ".cache"));
    }

    /** The specification: a path that is not absolute is to be ignored. */
    private static Path xdg(@Nullable String set, String home, String usual) {
        Path base = set != null && set.startsWith("/") ? Path.of(set) : Path.of(home, usual);
        return base.toAbsolutePath().normalize().resolve("shoal");
    }

    /** The secret with which this user signs names. */
    public Path publisherKey() {
        return config.resolve("publisher.key");
    }

    /** What the user wants always. */
    public Path configFile() {
        return config.resolve("config.toml");
    }

    /** Where the manifests lie that were made or fetched here. */
    public Path manifests() {
        return data.resolve("manifests");
    }

    /** Where a tracker keeps its catalogue. */
    public Path tracker() {
        return data.resolve("tracker");
    }
}
