package io.tierflow.examples.demo;

import io.tierflow.standalone.CommandProvider;
import io.tierflow.standalone.Main;
import io.tierflow.standalone.dev.DevCluster;
import io.tierflow.standalone.dev.DevConfig;
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
    DevCluster cluster = DevCluster.prepare(DevConfig.in(data), Main.class, System.err::println);
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
