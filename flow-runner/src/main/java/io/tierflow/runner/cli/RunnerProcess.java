package io.tierflow.runner.cli;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.runner.RunService.Readiness;
import io.tierflow.runner.cli.EngineFactory.Engine;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.runner.http.HttpApi;
import io.tierflow.runner.http.HttpConfig;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** An engine and the HTTP API in front of it, started and stopped as one. Thread-safe. */
public final class RunnerProcess implements AutoCloseable {

  private static final long POLL_MILLIS = 20;

  private final Engine engine;
  private final HttpApi http;
  private final PrometheusMeterRegistry meters;
  private final JvmGcMetrics gcMetrics;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private RunnerProcess(
      Engine engine, HttpApi http, PrometheusMeterRegistry meters, JvmGcMetrics gcMetrics) {
    this.engine = engine;
    this.http = http;
    this.meters = meters;
    this.gcMetrics = gcMetrics;
  }

  /**
   * Starts the engine, then the HTTP API, which tells of the engine's state while that is restored.
   * What was started is stopped again if the rest fails.
   *
   * @throws io.tierflow.runner.RunService.UnavailableException if Kafka cannot be reached
   * @throws io.tierflow.runner.http.PortUnavailableException if the port cannot be bound
   */
  public static RunnerProcess start(
      EngineConfig engineConfig, HttpConfig httpConfig, EngineFactory factory) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Engine engine = factory.start(engineConfig, meters);
    try {
      HttpApi http = HttpApi.start(httpConfig, engine.service(), meters);
      return new RunnerProcess(engine, http, meters, bindJvm(meters));
    } catch (RuntimeException e) {
      engine.stop().run();
      throw e;
    }
  }

  private static JvmGcMetrics bindJvm(PrometheusMeterRegistry meters) {
    new ClassLoaderMetrics().bindTo(meters);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(meters);
    return gc;
  }

  /** Where clients on this machine find the API. */
  public URI baseUri() {
    return http.baseUri();
  }

  /**
   * Waits until runs are taken and advanced, however long their state takes to be restored.
   *
   * @return false when this was closed before
   */
  public boolean awaitReady() throws InterruptedException {
    while (engine.service().readiness() != Readiness.READY) {
      if (closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  /** Waits until {@link #close} has been called and has ended. */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /** Takes no more requests, lets those under way end, and stops the engine. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      http.close();
    } finally {
      try {
        engine.stop().run();
      } finally {
        gcMetrics.close();
        meters.close();
        closed.countDown();
      }
    }
  }
}
