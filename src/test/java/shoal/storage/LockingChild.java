package shoal.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.concurrent.CountDownLatch;

/** A process that takes a lock, says {@code LOCKED}, and waits to be killed. */
final class LockingChild {
    private LockingChild() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "database" -> {
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + args[1]);
                connection.createStatement().execute("BEGIN EXCLUSIVE");
                connection.createStatement().execute("DELETE FROM share");
            }
            case "download" -> DownloadFile.claim(Path.of(args[1]), Path.of(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
        System.out.println("LOCKED");
        new CountDownLatch(1).await();
    }
}
