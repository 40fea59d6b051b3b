package shoal.wire;

import shoal.bencode.BString;

/** A message of the extension protocol (BEP 10). It is only sent to those who told their id for its extension. */
public sealed interface ExtensionMessage extends Message permits
        ExtendedHandshake, PeerExchange, ExtensionMessage.MetadataRequest, ExtensionMessage.MetadataData,
        ExtensionMessage.MetadataReject, ExtensionMessage.UploadOnly, ExtensionMessage.DontHave {

    /** Please send me this block of the info dictionary (BEP 9). */
    record MetadataRequest(int block) implements ExtensionMessage {
        /** @throws IllegalArgumentException if no info dictionary has such a block */
        public MetadataRequest {
            WireLimits.checkMetadataBlock(block);
        }
    }

    /**
     * A block of the info dictionary (BEP 9): 16 KiB, or what is left at its end.
     *
     * @param block its number
     * @param totalSize length of the whole info dictionary in bytes
     * @param data the bytes
     */
    record MetadataData(int block, int totalSize, BString data) implements ExtensionMessage {
        /** @throws IllegalArgumentException if the block is not where and as long as it must be */
        public MetadataData {
            WireLimits.checkMetadataBlock(block);
            if (totalSize < 1 || totalSize > WireLimits.METADATA) {
                throw new IllegalArgumentException("metadata of " + totalSize + " bytes");
            }
            int expected = Math.min(WireLimits.METADATA_BLOCK, totalSize - block * WireLimits.METADATA_BLOCK);
            if (data.length() != expected) {
                throw new IllegalArgumentException(
                        data.length() + " bytes as block " + block + " of " + totalSize + " bytes of metadata");
            }
        }

        @Override
        public String toString() {
            return "MetadataData[block=" + block + ", " + data.length() + " bytes of " + totalSize + "]";
        }
    }

    /** This block of the info dictionary will not come (BEP 9). */
    record MetadataReject(int block) implements ExtensionMessage {
        /** @throws IllegalArgumentException if no info dictionary has such a block */
        public MetadataReject {
            WireLimits.checkMetadataBlock(block);
        }
    }

    /** I fetch nothing, or I fetch again (BEP 21). */
    record UploadOnly(boolean on) implements ExtensionMessage {}

    /** I have lost this piece (BEP 54). */
    record DontHave(int piece) implements ExtensionMessage {
        /** @throws IllegalArgumentException if no share has such a piece */
        public DontHave {
            WireLimits.checkPiece(piece);
        }
    }
}
