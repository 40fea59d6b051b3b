package shoal.bytes;

/**
 * Text from outside (names, comments, a tracker's words) made fit for one line of a terminal or a log: what could move
 * the cursor, break the line or turn the reading direction shows as its number instead.
 */
public final class Printable {
    private static final int QUOTED_LENGTH = 120;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private Printable() {}

    /** {@code text} with each control, format and unpaired surrogate character written like {@code \u001b}. */
    public static String of(String text) {
        int i = 0;
        while (i < text.length() && isPlain(text.codePointAt(i))) i += Character.charCount(text.codePointAt(i));
        if (i == text.length()) return text;
        var out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isPlain(c)) out.appendCodePoint(c);
            else for (char part : Character.toChars(c)) out.append(String.format("\\u%04x", (int) part));
        });
        return out.toString();
    }

    /** {@link #of} in double quotes, with the middle left out of a long one: a name within a message. */
    public static String quoted(String text) {
        if (text.length() <= QUOTED_LENGTH) return '"' + of(text) + '"';
        String head = text.substring(0, QUOTED_LENGTH / 2);
        String tail = text.substring(text.length() - QUOTED_LENGTH / 3);
        if (Character.isHighSurrogate(head.charAt(head.length() - 1))) head = head.substring(0, head.length() - 1);
        if (Character.isLowSurrogate(tail.charAt(0))) tail = tail.substring(1);
        return '"' + of(head) + "..." + of(tail) + '"';
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE -> false;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            // the joiners hold together emoji and the letters of several scripts
            case Character.FORMAT -> c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER;
            default -> true;
        };
    }
}
