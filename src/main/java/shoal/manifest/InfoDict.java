package shoal.manifest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import shoal.bencode.BString;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;

/**
 * An info dictionary that was found to be right.
 *
 * @param raw its bytes, which the hashes are taken over
 * @param hash their SHA-256
 * @param v1Hash their SHA-1, of a hybrid
 * @param v1Part what there is for clients that know v1 alone, of a hybrid
 * @param isSingleFile whether the root of the file tree has one entry and it is a file
 * @param layered for each root that needs a piece layer, the first file that has it
 */
record InfoDict(
        BString raw,
        Hash hash,
        Optional<InfoHash> v1Hash,
        Optional<V1Part> v1Part,
        String name,
        int pieceLength,
        int pieceCount,
        long length,
        boolean isPrivate,
        List<ManifestFile> files,
        List<String> symlinks,
        boolean isSingleFile,
        Map<Hash, ManifestFile> layered) {}
