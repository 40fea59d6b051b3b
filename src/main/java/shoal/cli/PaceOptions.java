package shoal.cli;

import java.util.OptionalLong;
import shoal.bytes.Sizes;
import shoal.node.Refusal;
import shoal.swarm.Pace;
import shoal.swarm.SwarmSettings;

/** How fast we take and give, and to how many. */
final class PaceOptions {
    private static final int MOST_SLOTS = 200;

    private final Setting<String> download;
    private final Setting<String> upload;
    private final Setting<Boolean> lan;
    private final Setting<Integer> slots;

    PaceOptions(Syntax syntax) {
        download = syntax.option(30, String.class, "SIZE", "--download-limit")
                .says("Take no more than so many bytes a second, as 500KiB. Peers nearby do not count.");
        upload = syntax.option(31, String.class, "SIZE", "--upload-limit")
                .says("Give no more than so many bytes a second, as 1MiB. Peers nearby do not count.");
        lan = syntax.flag(32, "--limit-lan")
                .says("The limits hold for peers on this machine and on the local network, too.");
        slots = syntax.option(33, Integer.class, "N", "--slots")
                .says("Give to so many peers at one time. Usually " + SwarmSettings.SLOTS + ".");
    }

    Pace pace() throws Refusal {
        OptionalLong down = limit("--download-limit", download);
        OptionalLong up = limit("--upload-limit", upload);
        return down.isEmpty() && up.isEmpty() ? Pace.FREE : new Pace(down, up, lan.value());
    }

    private static OptionalLong limit(String option, Setting<String> setting) throws Refusal {
        if (setting.given().isEmpty()) return OptionalLong.empty();
        String text = setting.value();
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
        int number = slots.given().orElse(SwarmSettings.SLOTS);
        if (number < 1 || number > MOST_SLOTS) {
            throw new Refusal(Refusal.Kind.USAGE, "--slots " + number + " is not from 1 to " + MOST_SLOTS);
        }
        return number;
    }
}
