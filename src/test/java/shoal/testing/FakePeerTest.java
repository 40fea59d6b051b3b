package shoal.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Hash;
import shoal.manifest.Manifest;
import shoal.merkle.HashProof;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;
import shoal.wire.ExtendedHandshake;
import shoal.wire.Extension;
import shoal.wire.ExtensionMessage;
import shoal.wire.Features;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/** One fake peer fetches from another, so that those who use them know what they get. */
@Timeout(60)
final class FakePeerTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final FakeShare SHARE = FakeShare.ofFolder(42, 32768, 70_000, 0, 16_384, 5);

    private static FakePeer seeder(Manner manner) throws Exception {
        return FakePeer.of(SHARE).withManner(manner).listen();
    }

    private static FakePeer leecher() throws Exception {
        return FakePeer.of(SHARE).having().withManner(Manner.puppet());
    }

    private static Conversation interested(FakePeer leecher, FakePeer seeder) throws Exception {
        Conversation talk = leecher.dial(seeder.endpoint());
        talk.theirHandshake(SOON);
        talk.say(new Message.Interested());
        talk.await(Message.Unchoke.class, SOON);
        return talk;
    }

    private static byte[] ask(Conversation talk, int piece, int begin, int length) throws Exception {
        talk.say(new Message.Request(piece, begin, length));
        return talk.await(Conversation.Block.class, SOON).data().bytes();
    }

    @Test
    void anHonestOneHasEverythingAndProvesIt() throws Exception {
        Manifest manifest = SHARE.manifest();
        try (FakePeer seeder = seeder(new Manner()); FakePeer leecher = leecher()) {
            Conversation talk = interested(leecher, seeder);
            assertEquals(manifest.shortHash(), talk.theirHandshake(SOON).infoHash());
            talk.await(Message.HaveAll.class, SOON);
            // the first file's last piece ends within a block
            byte[] last = ask(talk, 2, 0, 16384);
            assertArrayEquals(SHARE.block(2, 0, 16384), last);
            assertEquals(0, last[70_000 - 65_536]);
            Hash root = manifest.files().getFirst().root();
            talk.say(new HashRequest(root, 0, 4, 2, 2));
            HashProof proof = talk.await(Hashes.class, SOON).proof();
            assertEquals(root, proof.fold());
            assertEquals(new LeafHasher().leaf(last, 0, 70_000 - 65_536), proof.hashes().at(0));
        }
    }

    @Test
    void rejectsHashesThatItDoesNotHave() throws Exception {
        Hash root = SHARE.manifest().files().getFirst().root();
        try (FakePeer seeder = seeder(new Manner()); FakePeer leecher = leecher()) {
            Conversation talk = leecher.dial(seeder.endpoint());
            talk.theirHandshake(SOON);
            talk.say(new HashRequest(Merkle.pad(3), 0, 0, 2, 0));
            assertEquals(Merkle.pad(3), talk.await(HashReject.class, SOON).request().root());
            var tooHigh = new HashReject(new HashRequest(root, 0, 0, 2, 3));
            talk.say(tooHigh.request());
            talk.await(tooHigh::equals, SOON);
        }
    }

    @Test
    void givesItsMetadata() throws Exception {
        try (FakePeer seeder = seeder(new Manner()); FakePeer leecher = leecher()) {
            Conversation talk = leecher.dial(seeder.endpoint());
            var hello = talk.await(ExtendedHandshake.class, SOON);
            assertEquals(SHARE.manifest().infoLength(), hello.metadataSize().orElseThrow());
            assertTrue(talk.channel().wants(Extension.METADATA));
            talk.say(new ExtensionMessage.MetadataRequest(0));
            assertArrayEquals(
                    SHARE.manifest().info(),
                    talk.await(ExtensionMessage.MetadataData.class, SOON).data().bytes());
            talk.say(new ExtensionMessage.MetadataRequest(1));
            talk.await(ExtensionMessage.MetadataReject.class, SOON);
        }
    }

    @Test
    void aPlainOneSaysWhatItHasInABitfield() throws Exception {
        try (FakePeer seeder = FakePeer.of(SHARE).having(1, 3).withFeatures(Features.NONE).listen();
                FakePeer leecher = leecher()) {
            Conversation talk = leecher.dial(seeder.endpoint());
            var pieces = talk.await(Message.Bitfield.class, SOON).bits(SHARE.manifest().pieceCount());
            assertEquals(2, pieces.count());
            assertTrue(pieces.has(1) && pieces.has(3));
        }
    }

    @Test
    void aLiarLiesInThePiecesItIsToldTo() throws Exception {
        try (FakePeer seeder = seeder(Manner.lying(piece -> piece == 1)); FakePeer leecher = leecher()) {
            Conversation talk = interested(leecher, seeder);
            assertArrayEquals(SHARE.block(0, 0, 16384), ask(talk, 0, 0, 16384));
            talk.say(new Message.Request(1, 0, 16384));
            var lie = (Conversation.Block)
                    talk.await(said -> said instanceof Conversation.Block block && block.piece() == 1, SOON);
            assertFalse(Arrays.equals(SHARE.block(1, 0, 16384), lie.data().bytes()));
        }
    }

    @Test
    void aLiarInHashesSendsAProofThatDoesNotFoldToTheRoot() throws Exception {
        Hash root = SHARE.manifest().files().getFirst().root();
        try (FakePeer seeder = seeder(Manner.lyingInHashes()); FakePeer leecher = leecher()) {
            Conversation talk = leecher.dial(seeder.endpoint());
            talk.theirHandshake(SOON);
            talk.say(new HashRequest(root, 1, 0, 4, 1));
            assertNotEquals(root, talk.await(Hashes.class, SOON).proof().fold());
        }
    }

    @Test
    void oneThatBabblesIsAFault() throws Exception {
        try (FakePeer seeder = seeder(Manner.babblingAfter(1, 7)); FakePeer leecher = leecher()) {
            Conversation talk = interested(leecher, seeder);
            ask(talk, 0, 0, 16384);
            talk.say(new Message.Request(0, 16384, 16384));
            assertInstanceOf(PeerFault.class, talk.awaitEnd(SOON));
        }
    }

    @Test
    void oneThatHangsUpDoesSoWithinABlock() throws Exception {
        try (FakePeer seeder = seeder(Manner.hangingUpAfter(0)); FakePeer leecher = leecher()) {
            Conversation talk = interested(leecher, seeder);
            talk.say(new Message.Request(0, 0, 16384));
            assertInstanceOf(IOException.class, talk.awaitEnd(SOON));
        }
    }

    @Test
    void oneThatStallsGoesOnHearing() throws Exception {
        try (FakePeer seeder = seeder(Manner.stallingAfter(1)); FakePeer leecher = leecher()) {
            Conversation talk = interested(leecher, seeder);
            ask(talk, 0, 0, 16384);
            talk.say(new Message.Request(0, 16384, 16384), new Message.Have(4));
            Conversation theirs = seeder.conversation(0, SOON);
            theirs.await(new Message.Have(4)::equals, SOON);
            assertEquals(1, theirs.blocksSent());
        }
    }

    @Test
    void writesItsFiles(@TempDir Path folder) throws Exception {
        SHARE.writeTo(folder);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(SHARE.content(i), Files.readAllBytes(folder.resolve(i + ".bin")));
        }
    }
}
