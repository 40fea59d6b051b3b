package shoal.catalogue;

import java.text.Normalizer;
import java.util.Locale;

/**
 * What a name and a query are compared by: compatibility forms, case, accents' spelling, invisible characters and
 * letters of other alphabets that look like Latin ones make no difference. A key is for looking up, never for showing.
 */
public final class SearchKey {
    /**
     * Lower-case letters of which either case looks like the Latin letter behind them. The capital decides, since small
     * and capital letters must stay the same letter.
     */
    private static final String ALIKE = "аaвbеeѕsіiкkмmнhоoрpсcтtуyхxјjԛqԝwһhԁd" + "αaβbεeζzηhιiκkμmνnοoρpτtυyχx";

    private SearchKey() {}

    /** The key of {@code text}; white space is single and not at the ends. */
    public static String of(String text) {
        var key = new StringBuilder(text.length());
        // again behind the change of case, which takes letters apart and makes new ones
        fold(caseless(fold(text))).codePoints().forEach(c -> append(key, c));
        if (!key.isEmpty() && key.charAt(key.length() - 1) == ' ') key.setLength(key.length() - 1);
        return key.toString();
    }

    /** Upper case first: folds the sharp s, the dotless i and the final sigma as full case folding would. */
    private static String caseless(String text) {
        String lower = text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return lower.replace('ς', 'σ').replace("i\u0307", "i");
    }

    private static String fold(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    private static void append(StringBuilder key, int c) {
        if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
            if (!key.isEmpty() && key.charAt(key.length() - 1) != ' ') key.append(' ');
        } else if (!isInvisible(c)) {
            int like = c < 128 ? -1 : ALIKE.indexOf(c);
            key.appendCodePoint(like < 0 ? c : ALIKE.charAt(like + 1));
        }
    }

    private static boolean isInvisible(int c) {
        int type = Character.getType(c);
        return type == Character.FORMAT || type == Character.CONTROL || type == Character.SURROGATE
                || (c >= 0xFE00 && c <= 0xFE0F); // variation selectors
    }
}
