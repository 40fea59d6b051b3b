package shoal.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/**
 * Blocks from one channel to another over loopback, in MiB: both ends in this process, each on a virtual thread, the
 * sender copying each block from memory and the receiver only looking at it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Djmh.executor=VIRTUAL")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeerStreamBenchmark {
    private static final int MIB = 64;
    private static final int BLOCKS = MIB * 64;
    private static final int FLUSHED_TOGETHER = 16;

    private PeerChannel receiver;
    private PeerChannel sender;
    private final Counter counter = new Counter();

    private static final class Counter implements Inbound {
        private int blocks;
        private long seen;

        @Override
        public void message(Message message) {}

        @Override
        public void block(int piece, int begin, ByteBuffer data) {
            blocks++;
            seen += data.get(data.limit() - 1);
        }
    }

    @Setup
    public void connect() throws IOException, PeerFault {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            sender = new PeerChannel(SocketChannel.open(server.getLocalAddress()));
            receiver = new PeerChannel(server.accept());
        }
        var handshake = new Handshake(Features.OURS, new InfoHash(1, 2, 3), new PeerId(4, 5, 6));
        sender.send(handshake);
        receiver.send(handshake);
        sender.receiveHandshake();
        receiver.receiveHandshake();
        Thread.ofVirtual().start(this::sendUntilClosed);
    }

    private void sendUntilClosed() {
        var data = ByteBuffer.allocateDirect(WireLimits.BLOCK);
        try {
            for (int i = 0; ; i++) {
                sender.beginBlock(i >>> 6 & 0xffff, (i & 63) << 14, WireLimits.BLOCK).put(data.clear());
                sender.endBlocks();
                if (i % FLUSHED_TOGETHER == FLUSHED_TOGETHER - 1) sender.flush();
            }
        } catch (IOException e) {
            sender.close();
        }
    }

    @TearDown
    public void close() {
        receiver.close();
        sender.close();
    }

    @Benchmark
    @OperationsPerInvocation(MIB)
    public long mebibytesThroughTwoChannels() throws IOException, PeerFault {
        counter.blocks = 0;
        while (counter.blocks < BLOCKS) receiver.read(counter);
        return counter.seen;
    }
}
