package io.tierflow.examples.demo;

import io.tierflow.standalone.CommandProvider;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.dev.DevCluster;
import io.tierflow.standalone.dev.DevConfig;
import io.tierflow.standalone.process.RestartPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine;

/** Adds {@code demo} to the command line. */
public final class DemoCommandProvider implements CommandProvider {

  @Override
  public void addTo(CommandLine top) {
    top.addSubcommand(new DemoCommand(DemoCommandProvider::prepare, InstantSource.system()));
  }

  private static DemoCluster prepare(Path data) {
    // Whoever kills a part of it to see what happens sees that too: it is started again, as by dev.
    DevCluster cluster =
        DevCluster.prepare(
            DevConfig.in(data).withRestarts(RestartPolicy.always()),
            Main.class,
            message -> System.err.println("demo: " + message));
    return new DemoCluster() {
      @Override
      public void start() {
        cluster.start();
      }

      @Override
      public URI httpUrl() {
        return cluster.httpUrl();
      }

      @Override
      public void close() {
        cluster.close();
      }
    };
  }
}
