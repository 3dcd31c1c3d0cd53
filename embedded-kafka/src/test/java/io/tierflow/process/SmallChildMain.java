package io.tierflow.process;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A child for tests: says ready and waits, or fails, or never says it, or has a child itself. */
public final class SmallChildMain {

  private SmallChildMain() {}

  /** Does what its first argument says. */
  public static void main(String[] args) throws InterruptedException {
    ParentWatch.startIfChild();
    switch (args[0]) {
      case "ready" -> System.out.println("ready to test");
      case "silent" -> System.out.println("not there yet");
      case "fail" -> {
        System.err.println("the disk is full");
        System.exit(7);
      }
      case "parent" -> {
        ChildProcess child =
            ChildProcess.start(
                ChildSpec.of(
                    "grandchild", SmallChildMain.class, List.of("ready"), Path.of(args[1])));
        System.out.println("ready " + child.pid());
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
    new CountDownLatch(1).await();
  }
}
