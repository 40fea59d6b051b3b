package shoal.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Endpoint;

/** Whatever a tracker replies, it is read within our limits or refused; what is read survives being written. */
final class AnnounceReplyFuzzTest {
    static Stream<byte[]> replies() {
        return Stream.of(
                        "d8:completei1e10:incompletei2e8:intervali1800e5:peers6:\1\2\3\4\1\2e",
                        "d8:intervali-1e12:min intervali9e5:peersld2:ip7:1.2.3.44:porti5eeee",
                        "d6:peers618: \1\r\u00b8\0\0\0\0\0\0\0\0\0\0\0\1\1\2e",
                        "d11:external ip4:\1\2\3\415:warning message2:\u00c3\u00bce",
                        "d14:failure reason2:no8:retry in5:nevere",
                        "d14:failure reason2:no8:intervali60e8:retry ini3ee")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("replies")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] body) throws AnnounceException {
        TrackerReply read;
        try {
            read = ReplyReader.read(body);
        } catch (AnnounceException e) {
            return;
        }
        if (read instanceof AnnounceReply reply) {
            assertTrue(reply.interval().compareTo(AnnounceLimits.LEAST_INTERVAL) >= 0);
            assertTrue(reply.interval().compareTo(AnnounceLimits.MOST_INTERVAL) <= 0);
            assertTrue(reply.peers().size() <= AnnounceLimits.REPLY_PEERS);
            assertTrue(reply.peers().list().stream().allMatch(Endpoint::isReachable));
            AnnounceReply again = (AnnounceReply) ReplyReader.read(ReplyWriter.compact(reply));
            assertEquals(reply.peers(), again.peers());
            assertEquals(reply.interval(), again.interval());
            assertEquals(reply.seeders(), again.seeders());
        } else if (read instanceof AnnounceFailure failure) {
            var again = (AnnounceFailure) ReplyReader.read(ReplyWriter.failure(failure));
            assertEquals(failure.never(), again.never());
        }
    }
}
