import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.reflect.AccessFlag;
import java.net.URLClassLoader;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
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
        writeOutSwitches(Path.of("shoal.jar"));
    }

    /**
     * Writes out what {@code switch} does with types: else the JVM makes a class for each such switch at each start,
     * and no AOT cache holds these.
     */
    private static void writeOutSwitches(Path jar) throws IOException {
        Path next = jar.resolveSibling(jar.getFileName() + ".next");
        try (var in = new JarFile(jar.toFile());
                var classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                var out = new ZipOutputStream(Files.newOutputStream(next))) {
            var file = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofResourceParsing(classes)));
            for (var entry : in.stream().toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                var copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(entry.getName().endsWith(".class") ? writtenOut(file, file.parse(bytes), bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(next, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] writtenOut(ClassFile file, ClassModel model, byte[] bytes) {
        boolean isInterface = model.flags().has(AccessFlag.INTERFACE);
        var switches = new ArrayList<InvokeDynamicInstruction>();
        CodeTransform calls = (builder, element) -> {
            if (element instanceof InvokeDynamicInstruction call && isSwitchOfTypes(call)) {
                String name = "typeSwitch$" + switches.size();
                builder.invokestatic(model.thisClass().asSymbol(), name, call.typeSymbol(), isInterface);
                switches.add(call);
            } else {
                builder.with(element);
            }
        };
        ClassTransform methods = ClassTransform.transformingMethodBodies(Prepare::hasSwitchOfTypes, calls)
                .andThen(ClassTransform.endHandler(builder -> {
                    for (int i = 0; i < switches.size(); i++) writeOut(builder, "typeSwitch$" + i, switches.get(i));
                }));
        return model.methods().stream().anyMatch(Prepare::hasSwitchOfTypes)
                ? file.transformClass(model, methods)
                : bytes;
    }

    private static boolean hasSwitchOfTypes(MethodModel method) {
        return method.code().stream()
                .flatMap(CodeModel::elementStream)
                .anyMatch(element -> element instanceof InvokeDynamicInstruction call && isSwitchOfTypes(call));
    }

    /** Not one that has enum constants or strings among its labels. */
    private static boolean isSwitchOfTypes(InvokeDynamicInstruction call) {
        var bootstrap = call.bootstrapMethod();
        return bootstrap.owner().displayName().equals("SwitchBootstraps")
                && bootstrap.methodName().equals("typeSwitch")
                && call.bootstrapArgs().stream().allMatch(label -> label instanceof ClassDesc);
    }

    /** The number of the first label from the second argument on that the first argument is one of. */
    private static void writeOut(ClassBuilder builder, String name, InvokeDynamicInstruction call) {
        int flags = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;
        builder.withMethodBody(name, call.typeSymbol(), flags, code -> {
            Label value = code.newLabel();
            code.aload(0).ifnonnull(value).iconst_m1().ireturn().labelBinding(value);
            List<ConstantDesc> labels = call.bootstrapArgs();
            for (int i = 0; i < labels.size(); i++) {
                Label next = code.newLabel();
                code.iload(1).loadConstant(i).if_icmpgt(next);
                code.aload(0).instanceOf((ClassDesc) labels.get(i)).ifeq(next);
                code.loadConstant(i).ireturn().labelBinding(next);
            }
            code.loadConstant(labels.size()).ireturn();
        });
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
