package shoal.bytes;

import java.util.Locale;

/** Numbers of bytes as people read and write them: binary units, powers of 1024. */
public final class Sizes {
    private static final String UNITS = "KMGTPE";

    private Sizes() {}

    /** {@code 512 B}, {@code 1.0 MiB}, {@code 93.1 GiB}. */
    public static String format(long bytes) {
        if (bytes < 1024) return bytes + " B";
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double value = bytes / (double) (1L << (unit * 10));
        if (value >= 1023.95) {
            // would be rounded to 1024.0
            value = 1;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", value, UNITS.charAt(unit - 1));
    }

    /**
     * Parses {@code 16384}, {@code 512K}, {@code 1MiB}, {@code 4 GiB}; units are powers of 1024 in either case.
     *
     * @throws IllegalArgumentException if {@code text} is anything else or does not fit a long
     */
    public static long parse(String text) {
        String s = text.strip().toUpperCase(Locale.ROOT);
        int end = 0;
        while (end < s.length() && s.charAt(end) >= '0' && s.charAt(end) <= '9') end++;
        String unit = s.substring(end).strip();
        if (unit.endsWith("IB") && unit.length() > 2) unit = unit.substring(0, unit.length() - 2);
        else if (unit.endsWith("B")) unit = unit.substring(0, unit.length() - 1);
        int shift = unit.isEmpty() ? 0 : unit.length() == 1 ? 10 * (UNITS.indexOf(unit) + 1) : 0;
        if (end == 0 || end > 19 || (shift == 0 && !unit.isEmpty())) throw notASize(text);
        try {
            return Math.multiplyExact(Long.parseLong(s.substring(0, end)), 1L << shift);
        } catch (ArithmeticException | NumberFormatException e) {
            throw notASize(text);
        }
    }

    private static IllegalArgumentException notASize(String text) {
        return new IllegalArgumentException("not a size like 16384, 512KiB or 4MiB: " + text);
    }
}
