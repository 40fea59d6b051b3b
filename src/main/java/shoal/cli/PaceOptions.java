package shoal.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import shoal.bytes.Sizes;
import shoal.node.Refusal;
import shoal.swarm.Pace;
import shoal.swarm.SwarmSettings;

/** How fast we take and give, and to how many. */
final class PaceOptions {
    private static final int MOST_SLOTS = 200;

    @Option(
            names = "--download-limit",
            paramLabel = "SIZE",
            order = 30,
            description = "Take no more than so many bytes a second, as 500KiB. Peers nearby do not count.")
    private @Nullable String download;

    @Option(
            names = "--upload-limit",
            paramLabel = "SIZE",
            order = 31,
            description = "Give no more than so many bytes a second, as 1MiB. Peers nearby do not count.")
    private @Nullable String upload;

    @Option(
            names = "--limit-lan",
            fallbackValue = "true",
            order = 32,
            description = "The limits hold for peers on this machine and on the local network, too.")
    private boolean lan;

    @Option(
            names = "--slots",
            paramLabel = "N",
            order = 33,
            description = "Give to so many peers at one time. Usually " + SwarmSettings.SLOTS + ".")
    private @Nullable Integer slots;

    Pace pace() throws Refusal {
        OptionalLong down = limit("--download-limit", download);
        OptionalLong up = limit("--upload-limit", upload);
        return down.isEmpty() && up.isEmpty() ? Pace.FREE : new Pace(down, up, lan);
    }

    private static OptionalLong limit(String option, @Nullable String text) throws Refusal {
        if (text == null) return OptionalLong.empty();
        long limit;
        try {
            limit = Sizes.parse(text.endsWith("/s") ? text.substring(0, text.length() - 2) : text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Kind.USAGE, option + " " + text + " is no size like 500KiB", e);
        }
        // as everywhere else, 0 is none; it undoes what the environment or a file says
        if (limit == 0) return OptionalLong.empty();
        if (limit < Pace.SLOWEST) {
            throw new Refusal(Refusal.Kind.USAGE, option + " " + text + " is less than "
                    + Sizes.format(Pace.SLOWEST) + " a second; 0 is no limit");
        }
        return OptionalLong.of(limit);
    }

    int slots() throws Refusal {
        if (slots == null) return SwarmSettings.SLOTS;
        if (slots < 1 || slots > MOST_SLOTS) {
            throw new Refusal(Refusal.Kind.USAGE, "--slots " + slots + " is not from 1 to " + MOST_SLOTS);
        }
        return slots;
    }
}
