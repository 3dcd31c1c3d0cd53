package io.tierflow.runner.engine;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.process.ParentWatch;
import io.tierflow.runner.RunService.Readiness;
import io.tierflow.runner.http.HttpApi;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A runner as a process of its own, to be killed. */
final class RunnerMain {

  private RunnerMain() {}

  /** Takes Kafka's address, the topics' prefix, a folder, a port and how long runs are kept. */
  public static void main(String[] args) throws InterruptedException {
    ParentWatch.startIfChild();
    int port = Integer.parseInt(args[3]);
    String url = "http://127.0.0.1:" + port;
    EngineConfig config =
        new EngineConfig(args[0], args[1], Path.of(args[2]), url, Set.of("small"), 0, Map.of())
            .withRunRetention(Optional.of(Duration.parse(args[4])));
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    RunnerEngine engine = RunnerEngine.open(config, InstantSource.system(), meters);
    HttpApi api = HttpApi.start(engine, port, meters);
    while (engine.readiness() != Readiness.READY) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    System.out.println("ready " + api.baseUri());
    new CountDownLatch(1).await(); // until it is killed
  }
}
