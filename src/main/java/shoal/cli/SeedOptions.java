package shoal.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import shoal.node.Refusal;

/** How long something is given away. Without an option: until it is stopped. */
final class SeedOptions {
    /** Whether what has been given is enough. Made when giving begins; one thread. */
    static final class Goal {
        private final OptionalDouble ratio;
        private final Optional<Duration> time;
        private final long begun;
        private final CountDownLatch never = new CountDownLatch(1);

        private Goal(OptionalDouble ratio, Optional<Duration> time, long begun) {
            this.ratio = ratio;
            this.time = time;
            this.begun = begun;
        }

        /** Whether {@code sent} of so many bytes of {@code length}, at {@code now}, are enough. */
        boolean isReached(long sent, long length, long now) {
            boolean isLong = time.isPresent() && now - begun >= time.get().toNanos();
            return isLong || (ratio.isPresent() && sent >= ratio.getAsDouble() * length);
        }

        /** Waits a moment; says whether it has to go on after it. */
        boolean goesOn(long sent, long length) throws InterruptedException {
            if (isReached(sent, length, System.nanoTime())) return false;
            return !never.await(Ticker.FRAME.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Option(
            names = "--seed-ratio",
            paramLabel = "R",
            order = 34,
            description = "End when R times as many bytes have been given as there are, 1.5 for instance.")
    private @Nullable Double ratio;

    @Option(
            names = "--seed-time",
            paramLabel = "TIME",
            order = 35,
            description = "End when it has been given away for so long: 90s, 30m, 12h, 7d, 1h30m.")
    private @Nullable String time;

    /** Refuses values that make no sense, before anything is done. */
    void check() throws Refusal {
        begin(0);
    }

    /** Giving begins. */
    Goal begin(long now) throws Refusal {
        if (ratio != null && !(ratio > 0 && ratio < Double.POSITIVE_INFINITY)) {
            throw new Refusal(Refusal.Kind.USAGE, "--seed-ratio " + ratio + " is not more than 0");
        }
        Optional<Duration> length = Optional.empty();
        if (time != null) {
            try {
                length = Optional.of(Times.parse(time));
            } catch (IllegalArgumentException e) {
                throw new Refusal(Refusal.Kind.USAGE, "--seed-time " + time + " is no time like 90s, 30m or 7d", e);
            }
        }
        return new Goal(ratio == null ? OptionalDouble.empty() : OptionalDouble.of(ratio), length, now);
    }
}
