package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Messages to bytes and back, without a socket, each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageBenchmark {
    private static final int MESSAGES = 1000;
    private static final int BLOCKS = 16;

    private final MessageStream stream = new MessageStream(Features.OURS);
    private final ByteBuffer out = ByteBuffer.allocateDirect(MESSAGES * 17);
    private final ByteBuffer requests = ByteBuffer.allocateDirect(MESSAGES * 17);
    private final ByteBuffer blocks = ByteBuffer.allocateDirect(BLOCKS * (13 + WireLimits.BLOCK));

    @Setup
    public void write() {
        writeRequests(requests);
        for (int i = 0; i < BLOCKS; i++) {
            MessageWriter.writeBlockHead(i, 0, WireLimits.BLOCK, blocks);
            blocks.position(blocks.position() + WireLimits.BLOCK);
        }
    }

    private static void writeRequests(ByteBuffer to) {
        for (int i = 0; i < MESSAGES; i++) {
            MessageWriter.writeHead(new Message.Request(i, 0, WireLimits.BLOCK), ExtensionIds.NONE, to);
        }
    }

    private record Eater(Blackhole hole) implements Inbound {
        @Override
        public void message(Message message) {
            hole.consume(message);
        }

        @Override
        public void block(int piece, int begin, ByteBuffer data) {
            hole.consume(data.limit());
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public ByteBuffer writeRequest() {
        writeRequests(out.clear());
        return out;
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void readRequest(Blackhole hole) throws IOException, PeerFault {
        requests.flip();
        stream.decode(requests, requests.asReadOnlyBuffer(), new Eater(hole));
    }

    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void cutBlock(Blackhole hole) throws IOException, PeerFault {
        blocks.flip();
        stream.decode(blocks, blocks.asReadOnlyBuffer(), new Eater(hole));
    }
}
