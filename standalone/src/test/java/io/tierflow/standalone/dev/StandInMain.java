package io.tierflow.standalone.dev;

import io.tierflow.process.ParentWatch;
import io.tierflow.standalone.Main;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The broker as it is; a runner and workers that only say that they are ready. */
public final class StandInMain {

  private StandInMain() {}

  /** Runs the command of its arguments. */
  public static void main(String[] args) throws InterruptedException {
    if (args[0].equals("broker")) {
      Main.main(args);
      return;
    }
    ParentWatch.startIfChild();
    System.out.println("arguments " + String.join(" ", args));
    if (List.of(args).contains("broken")) {
      System.err.println("this class is broken");
      System.exit(1);
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }
}
