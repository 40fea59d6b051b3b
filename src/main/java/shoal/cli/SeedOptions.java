package shoal.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private final Setting<Double> ratio;
    private final Setting<String> time;

    SeedOptions(Syntax syntax) {
        ratio = syntax.option(34, Double.class, "R", "--seed-ratio")
                .says("End when R times as many bytes have been given as there are, 1.5 for instance.");
        time = syntax.option(35, String.class, "TIME", "--seed-time")
                .says("End when it has been given away for so long: 90s, 30m, 12h, 7d, 1h30m.");
    }

    /** Refuses values that make no sense, before anything is done. */
    void check() throws Refusal {
        begin(0);
    }

    /** Giving begins. */
    Goal begin(long now) throws Refusal {
        OptionalDouble times = ratio.given().map(OptionalDouble::of).orElse(OptionalDouble.empty());
        if (times.isPresent() && !(times.getAsDouble() > 0 && times.getAsDouble() < Double.POSITIVE_INFINITY)) {
            throw new Refusal(Refusal.Kind.USAGE, "--seed-ratio " + times.getAsDouble() + " is not more than 0");
        }
        Optional<Duration> length;
        try {
            length = time.given().map(Times::parse);
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    Refusal.Kind.USAGE, "--seed-time " + time.value() + " is no time like 90s, 30m or 7d", e);
        }
        return new Goal(times, length, now);
    }
}
