package shoal.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Times as people read them. */
final class Times {
    private Times() {}

    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6}[smhd])+");

    /**
     * Parses {@code 90s}, {@code 30m}, {@code 12h}, {@code 7d}, {@code 1h30m}.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    static Duration parse(String text) {
        if (text.length() > 40 || !LENGTH.matcher(text).matches()) throw new IllegalArgumentException(text);
        Duration sum = Duration.ZERO;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit >= '0' && unit <= '9') continue;
            long number = Long.parseLong(text, from, i, 10);
            from = i + 1;
            sum = switch (unit) {
                case 's' -> sum.plusSeconds(number);
                case 'm' -> sum.plusMinutes(number);
                case 'h' -> sum.plusHours(number);
                default -> sum.plusDays(number);
            };
        }
        return sum;
    }

    /** {@code now}, {@code 5 min}, {@code 3 h}, {@code 12 d}: how long ago something was. */
    static String rough(Duration time) {
        long minutes = Math.max(0, time.toMinutes());
        if (minutes < 1) return "now";
        if (minutes < 60) return minutes + " min";
        return minutes < 48 * 60 ? minutes / 60 + " h" : minutes / (24 * 60) + " d";
    }

    /** {@code 40 s ago}, {@code 5 min ago}. */
    static String ago(Duration time) {
        return time.toSeconds() < 60 ? Math.max(0, time.toSeconds()) + " s ago" : rough(time) + " ago";
    }

    /** {@code 0:07}, {@code 12:30}, {@code 3:00:00}: how long something takes yet. */
    static String clock(long seconds) {
        long s = Math.max(0, seconds);
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }
}
