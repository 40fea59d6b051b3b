import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URLClassLoader;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.sqlite.util.LibraryLoaderUtil;

/** Run once by the launcher after a build, in the folder with {@code lib/}: makes each later start shorter. */
final class Prepare {
    private Prepare() {}

    public static void main(String[] args) throws IOException {
        unpackSqlite(Path.of("native"));
        try (var jars = Files.newDirectoryStream(Path.of("lib"), "picocli-*.jar")) {
            for (Path jar : jars) modernize(jar);
        }
        try (var jars = Files.newDirectoryStream(Path.of("lib"), "bcprov-*.jar")) {
            for (Path jar : jars) unsign(jar);
        }
    }

    /** Otherwise the driver unpacks its library into the temporary folder at each start. */
    private static void unpackSqlite(Path to) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (var in = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            if (in != null) Files.copy(in, Files.createDirectories(to).resolve(name));
        }
    }

    /**
     * Brings the class files of {@code jar} to this JDK's version. Picocli's are those of Java 5, which no AOT cache
     * takes in: 175 classes would be parsed and verified at each start.
     */
    private static void modernize(Path jar) throws IOException {
        Path next = jar.resolveSibling(jar.getFileName() + ".next");
        try (var in = new JarFile(jar.toFile());
                var classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                var out = new ZipOutputStream(Files.newOutputStream(next))) {
            var toToday = ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)));
            for (var entry : in.stream().toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                boolean old = entry.getName().endsWith(".class") && !entry.getName().endsWith("-info.class");
                var copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(old ? today(toToday, bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(next, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Leaves out who signed {@code jar} and the digests of its entries. No AOT cache takes in a class of a signed jar, and
     * before its first class all of that is read and checked: 0.3 s. None of the other jars is signed.
     */
    private static void unsign(Path jar) throws IOException {
        Path next = jar.resolveSibling(jar.getFileName() + ".next");
        try (var in = new JarFile(jar.toFile()); var out = new ZipOutputStream(Files.newOutputStream(next))) {
            for (var entry : in.stream().toList()) {
                if (entry.getName().matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC|MF)")) continue;
                var copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                in.getInputStream(entry).transferTo(out);
                out.closeEntry();
            }
        }
        Files.move(next, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] today(ClassFile toToday, byte[] bytes) {
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) builder.withVersion(ClassFile.latestMajorVersion(), 0);
            else builder.with(element);
        };
        return toToday.transformClass(
                toToday.parse(bytes), version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }
}
