package shoal.wire;

import java.util.EnumMap;
import java.util.Map;

/**
 * The ids under which one peer wants to receive the messages of the extensions; none for those that it does not want.
 * Unchangeable.
 */
final class ExtensionIds {
    static final ExtensionIds NONE = new ExtensionIds(new EnumMap<>(Extension.class));

    private final EnumMap<Extension, Integer> ids;

    private ExtensionIds(EnumMap<Extension, Integer> ids) {
        this.ids = ids;
    }

    /** The ids after one more extended handshake: what it does not name stays, 0 takes an id away (BEP 10). */
    ExtensionIds after(Map<Extension, Integer> told) {
        var next = new EnumMap<>(ids);
        next.putAll(told);
        next.values().removeIf(id -> id == 0);
        return new ExtensionIds(next);
    }

    /** The id of {@code extension}, or 0. */
    int of(Extension extension) {
        return ids.getOrDefault(extension, 0);
    }
}
