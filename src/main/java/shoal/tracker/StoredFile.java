package shoal.tracker;

import shoal.catalogue.CatalogueEntry;

/**
 * A file of a share in the catalogue.
 *
 * @param entry the share, without its peers
 * @param number the file's number in the manifest
 * @param length bytes of the file
 * @param path levels joined by {@code /}
 */
record StoredFile(CatalogueEntry entry, int number, long length, String path) {}
