package shoal.storage;

/**
 * Bytes of a file that were wrong or missing and are right again, forced to the disk.
 *
 * @param file number of the file in the manifest
 * @param offset where they begin
 * @param length how many they are
 * @param from who gave them: the address of a peer, or the path of a file with the same content
 */
public record Repaired(int file, long offset, long length, String from) {}
