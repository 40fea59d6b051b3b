package shoal.merkle;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import shoal.bytes.Hash;

/** Hashing data to leaves on one thread, in MiB: what bounds everything that Shoal does with bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LeafBenchmark {
    private static final int MIB = 1 << 20;

    private final LeafHasher hasher = new LeafHasher();
    private final ByteBuffer data = ByteBuffer.allocateDirect(MIB);
    private final byte[] leaves = new byte[MIB / Merkle.BLOCK * Hash.BYTES];

    @Setup
    public void fill() {
        var random = new SplittableRandom(1);
        while (data.hasRemaining()) data.putLong(random.nextLong());
        data.flip();
    }

    @Benchmark
    public byte[] mebibytesHashedToLeaves() {
        hasher.leaves(data, leaves, 0);
        return leaves;
    }
}
