package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Bits;
import shoal.wire.ExtensionMessage.DontHave;
import shoal.wire.Message;

/** What is kept of what a peer says before we know the manifest. */
final class EarlyWordsTest {
    private static final Message ALL = new Message.HaveAll();
    private static final Message NONE = new Message.HaveNone();

    private static Message some(int... pieces) {
        var bits = new Bits(20);
        for (int piece : pieces) bits.set(piece);
        return Message.Bitfield.of(bits);
    }

    static Stream<Arguments> words() {
        return Stream.of(
                Arguments.of(List.of(NONE, some(1)), List.of(some(1))),
                Arguments.of(List.of(some(1), some(1, 2)), List.of(some(1, 2))),
                Arguments.of(List.of(some(1), ALL), List.of(ALL)),
                Arguments.of(List.of(ALL, some(1)), List.of(ALL)),
                Arguments.of(List.of(ALL, NONE), List.of(ALL)),
                Arguments.of(List.of(some(1), NONE), List.of(some(1))),
                Arguments.of(List.of(some(1), new DontHave(1), some(1)), List.of(some(1))),
                Arguments.of(List.of(ALL, new DontHave(1), some(2)), List.of(ALL, new DontHave(1))));
    }

    /** So does aria2, when it has come to have many more. */
    @ParameterizedTest
    @MethodSource("words")
    void whoSaysAllItHasAgainTakesNothingBack(List<Message> said, List<Message> kept) throws Exception {
        var early = new EarlyWords();
        Peer peer = RecordingLink.peer(1);
        for (Message word : said) early.said(peer, word, 0);
        assertEquals(kept, early.take());
    }
}
