package shoal.merkle;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** How long the leaves of one piece, or a whole layer, take to become their root: {@code leaves - 1} parents. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FoldBenchmark {
    /** 64: a piece of 1 MiB. 1024: of 16 MiB. 65536: the piece layer of 1 TiB, or a file of 1 GiB. */
    @Param({"64", "1024", "65536"})
    public int leaves;

    private HashList layer = HashList.EMPTY;

    /** Leaves that look like hashes. */
    @Setup
    public void make() {
        byte[] bytes = new byte[leaves * Hash.BYTES];
        new SplittableRandom(leaves).nextBytes(bytes);
        layer = HashList.wrap(bytes);
    }

    /** Folds to the root. */
    @Benchmark
    public Hash fold() {
        return Merkle.fold(layer, 0, Merkle.ceilLog2(leaves));
    }
}
