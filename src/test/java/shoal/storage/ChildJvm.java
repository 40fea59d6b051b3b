package shoal.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import shoal.testing.Program;

/** A JVM of its own that runs a main class of the tests, to be killed as users and power failures do it. */
final class ChildJvm {
    private ChildJvm() {}

    static Program start(List<String> options, Class<?> main, Object... args) throws IOException {
        return start(Map.of(), options, main, args);
    }

    static Program start(Map<String, String> environment, List<String> options, Class<?> main, Object... args)
            throws IOException {
        return start(environment, options, main.getName(), args);
    }

    static Program start(Map<String, String> environment, List<String> options, String main, Object... args)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main);
        for (Object arg : args) command.add(arg.toString());
        return Program.start(environment, command);
    }
}
