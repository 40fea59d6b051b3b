package shoal.catalogue;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/**
 * The name of a share: 1 to 255 bytes of UTF-8, one level ({@code /} and {@code \} are refused, and so are
 * {@code .} and {@code ..}), nothing invisible that could make it look like another or steer a terminal. Kept as it
 * was given; equality is equality of the NFC form.
 */
public record CatalogueName(String text) {
    private static final int MOST_BYTES = 255;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    /** @throws IllegalArgumentException if {@code text} is outside the grammar; the message says why */
    public CatalogueName {
        complaint(text).ifPresent(complaint -> {
            throw new IllegalArgumentException(complaint);
        });
    }

    /** What is wrong with {@code text} as a name; nothing if it is one. */
    public static Optional<String> complaint(String text) {
        if (text.isBlank()) return Optional.of("the name is empty");
        if (text.equals(".") || text.equals("..")) return Optional.of("the name is . or ..");
        if (text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            return Optional.of("the name has more than " + MOST_BYTES + " bytes");
        }
        return text.codePoints().mapToObj(CatalogueName::complaint).flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> complaint(int c) {
        if (c == '/' || c == '\\') return Optional.of("the name has a slash");
        // the two joiners are spelling in Persian and in Indian scripts, and glue emoji together
        if (c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER) return Optional.empty();
        return switch (Character.getType(c)) {
            case Character.CONTROL -> Optional.of("the name has a control character");
            case Character.FORMAT -> Optional.of("the name has an invisible character");
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> Optional.of("the name has a line break");
            case Character.SURROGATE -> Optional.of("the name is not Unicode");
            default -> Optional.empty();
        };
    }

    /** What names that look alike have in common; see {@link SearchKey}. */
    public String key() {
        return SearchKey.of(text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CatalogueName name && nfc().equals(name.nfc());
    }

    @Override
    public int hashCode() {
        return nfc().hashCode();
    }

    private String nfc() {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    @Override
    public String toString() {
        return text;
    }
}
