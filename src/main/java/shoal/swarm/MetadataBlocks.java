package shoal.swarm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import shoal.bencode.BString;
import shoal.wire.ExtensionMessage.MetadataData;
import shoal.wire.ExtensionMessage.MetadataRequest;
import shoal.wire.Message;
import shoal.wire.WireLimits;

/**
 * An info dictionary in the blocks in which peers ask for it (BEP 9): cut once, so that a thousand answers that wait to
 * be sent take no more room than one. Unchangeable.
 */
final class MetadataBlocks {
    private static final int BLOCK = WireLimits.METADATA_BLOCK;

    private final int size;
    private final List<BString> blocks = new ArrayList<>();

    /** One that is longer than peers may say is not handed on: there are no blocks of it. */
    MetadataBlocks(byte[] info) {
        size = info.length > WireLimits.METADATA ? 0 : info.length;
        for (int from = 0; from < size; from += BLOCK) {
            blocks.add(BString.wrap(Arrays.copyOfRange(info, from, Math.min(size, from + BLOCK))));
        }
    }

    /** Its length; 0 if it is not handed on. */
    int size() {
        return size;
    }

    int count() {
        return blocks.size();
    }

    /** The block that is asked for, of those that there are. */
    Message answer(MetadataRequest request) {
        return new MetadataData(request.block(), size, blocks.get(request.block()));
    }
}
