package shoal.cli;

import java.util.Locale;
import shoal.bytes.Printable;
import shoal.bytes.Sizes;
import shoal.swarm.SwarmReport;

/**
 * How far a piece of work is, as one line of text.
 *
 * @param name what is worked on
 * @param done bytes that are done
 * @param total bytes that there are; 0 if that is not known yet
 * @param rate bytes a second
 * @param extra what else there is to say, as how many peers there are
 */
record ProgressLine(String name, long done, long total, double rate, String extra) {
    private static final int LEAST_BAR = 10;
    private static final int MOST_BAR = 40;
    private static final int MOST_NAME = 30;

    /** How a share is given away. */
    static ProgressLine giving(String name, SwarmReport report) {
        return new ProgressLine("giving " + name, report.sent(), 0, report.upRate(), Peers.text(report.connected()));
    }

    private String figures() {
        String share = total > 0 ? String.format(Locale.ROOT, "%5.1f%%  ", 100.0 * done / total) : "";
        String of = total > 0 ? " of " + Sizes.format(total) : "";
        String left = rate >= 1 && total > done ? "  " + Times.clock((long) ((total - done) / rate)) + " left" : "";
        return share + Sizes.format(done) + of + "  " + Sizes.format((long) rate) + "/s" + left
                + (extra.isEmpty() ? "" : "  " + extra);
    }

    /** For a log: all in words. */
    String text() {
        return Printable.of(name) + ": " + figures().strip();
    }

    /** For a terminal of so many columns: with a bar if there is room for it. */
    String bar(int columns) {
        String figures = figures();
        String shown = shortened(Printable.of(name));
        int room = columns - 1 - shown.length() - figures.length() - 6;
        if (room < LEAST_BAR || total <= 0) {
            String line = shown + "  " + figures.strip();
            return line.length() < columns ? line : line.substring(0, columns - 1);
        }
        int width = Math.min(room, MOST_BAR);
        int full = (int) (width * Math.clamp((double) done / total, 0, 1));
        return shown + "  [" + "#".repeat(full) + "-".repeat(width - full) + "]  " + figures;
    }

    private static String shortened(String text) {
        if (text.length() <= MOST_NAME) return text;
        int end = MOST_NAME - 3;
        if (Character.isHighSurrogate(text.charAt(end - 1))) end--;
        return text.substring(0, end) + "...";
    }
}
