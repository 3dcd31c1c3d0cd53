package io.tierflow.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * A worker process's own small HTTP server: {@code /metrics} for Prometheus, {@code /health/live}
 * and {@code /health/ready}. Thread-safe.
 */
final class MetricsServer implements AutoCloseable {

  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private static final String MODULE = "jdk.httpserver";

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpServer server;
  private final BooleanSupplier ready;

  private MetricsServer(HttpServer server, BooleanSupplier ready) {
    this.server = server;
    this.ready = ready;
    new JvmMemoryMetrics().bindTo(meters);
  }

  /**
   * Begins to serve.
   *
   * @param port 0 for any free one
   * @param ready whether the process takes tasks
   * @throws IllegalArgumentException if the address cannot be bound, or this Java has no server
   */
  static MetricsServer start(String host, int port, BooleanSupplier ready) {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) { // of a small image, for example
      throw new IllegalArgumentException(
          "--metrics-port: this Java ("
              + System.getProperty("java.home")
              + ") has no module "
              + MODULE
              + ", expected one that has it, or no metrics port");
    }
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "metrics port " + host + ":" + port + ": expected a free one: " + e.getMessage(), e);
    }
    MetricsServer metrics = new MetricsServer(server, ready);
    server.createContext("/metrics", metrics::metrics);
    server.createContext("/health/live", exchange -> answer(exchange, 200, "live"));
    server.createContext("/health/ready", metrics::ready);
    server.start();
    return metrics;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** A registry whose meters are told with the class they belong to. */
  MeterRegistry ofClass(String resourceClass) {
    CompositeMeterRegistry own = new CompositeMeterRegistry();
    own.config().commonTags("class", resourceClass);
    own.add(meters);
    return own;
  }

  private void metrics(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", PROMETHEUS_TEXT);
    answer(exchange, 200, meters.scrape());
  }

  private void ready(HttpExchange exchange) throws IOException {
    boolean is = ready.getAsBoolean();
    answer(exchange, is ? 200 : 503, is ? "ready" : "not ready: it is joining, or being stopped");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
