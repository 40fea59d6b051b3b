package shoal.manifest;

import static shoal.bytes.Printable.quoted;

import shoal.bencode.BString;

/** What the name of a file or folder may be for a path of such names to mean anything, on any system. */
final class Names {
    private Names() {}

    /** The name in these bytes, if it can be an element of a path. */
    static String element(BString bytes) throws ManifestException {
        String name = bytes.utf8().orElse(null);
        if (name == null) throw new ManifestException("the name " + quoted(bytes.text()) + " is not UTF-8");
        check(name);
        return name;
    }

    /** Refuses what is empty, leads elsewhere or is several names. */
    static void check(String name) throws ManifestException {
        if (name.isEmpty()) throw new ManifestException("a name is empty");
        if (name.equals(".") || name.equals("..")) {
            throw new ManifestException("the name \"" + name + "\" would lead out of its folder");
        }
        if (name.indexOf('/') >= 0) throw new ManifestException("the name " + quoted(name) + " has a / in it");
        if (name.indexOf(0) >= 0) throw new ManifestException("the name " + quoted(name) + " has a NUL in it");
    }
}
