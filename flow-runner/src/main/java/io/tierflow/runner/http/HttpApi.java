package io.tierflow.runner.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tierflow.runner.RunService;
import java.net.URI;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;

/**
 * The runner's HTTP API. It holds no state of its own: everything comes from the {@link
 * RunService}, so any number of runners can serve the same cluster. Thread-safe.
 */
public final class HttpApi implements AutoCloseable {

  /** How long requests under way may take to end once the API closes. */
  private static final long STOP_TIMEOUT_MILLIS = 5_000;

  /** How long connections without a request stay open then: clients keep theirs for the next. */
  private static final long STOP_IDLE_MILLIS = 50;

  private final Javalin server;
  private final String host;
  private final Set<String> routes;

  private HttpApi(Javalin server, String host, Set<String> routes) {
    this.server = server;
    this.host = host;
    this.routes = Set.copyOf(routes);
  }

  /**
   * Serves on this machine only, with the default limits.
   *
   * @param port the port to bind; 0 takes any free one
   * @throws PortUnavailableException if the port cannot be bound
   */
  public static HttpApi start(RunService service, int port, PrometheusMeterRegistry meters) {
    return start(HttpConfig.local(port), service, meters);
  }

  /**
   * Begins to serve. The registry is shown at {@code /metrics}, with the requests' times added to
   * whatever else it has.
   *
   * @throws PortUnavailableException if the address cannot be bound
   */
  public static HttpApi start(
      HttpConfig config, RunService service, PrometheusMeterRegistry meters) {
    Set<String> routes = new HashSet<>();
    Javalin server =
        Javalin.create(
            javalin -> {
              javalin.events.handlerAdded(
                  route -> {
                    if (route.getHttpMethod().isHttpMethod()) {
                      routes.add(route.getHttpMethod().name() + " " + route.getPath());
                    }
                  });
              configure(javalin, config, service, meters);
            });
    try {
      return new HttpApi(server.start(config.host(), config.port()), config.host(), routes);
    } catch (JavalinBindException e) {
      throw new PortUnavailableException(config.host(), config.port(), e);
    }
  }

  private static void configure(
      JavalinConfig javalin,
      HttpConfig config,
      RunService service,
      PrometheusMeterRegistry meters) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.showOldJavalinVersionWarning = false;
    javalin.startup.startupWatcherEnabled = false;
    javalin.http.prefer405over404 = true;
    javalin.router.javaLangErrorHandler(Failures::error);
    javalin.jetty.modifyServer(
        jetty -> {
          jetty.setErrorHandler(new ServerErrors());
          jetty.setStopTimeout(STOP_TIMEOUT_MILLIS);
        });
    javalin.requestLogger.http((ctx, millis) -> record(meters, ctx, millis));
    javalin.routes.before(SameOrigin::check);
    Failures.register(javalin.routes);
    Requests requests = new Requests(config.maxBodyBytes());
    new FlowRoutes(service, requests).register(javalin.routes);
    new LearnedRoutes(service).register(javalin.routes);
    new RunRoutes(service, requests).register(javalin.routes);
    new ControlRoutes(service, requests).register(javalin.routes);
    new PauseRoutes(service, requests).register(javalin.routes);
    new DeadLetterRoutes(service, requests).register(javalin.routes);
    new ExpectationRoutes(service, requests).register(javalin.routes);
    new MissingRoutes(service).register(javalin.routes);
    new SystemRoutes(service, meters).register(javalin.routes);
  }

  private static void record(PrometheusMeterRegistry meters, Context ctx, float millis) {
    // The route's pattern, not the path: paths hold ids, and each would be a series of its own.
    Endpoint route = ctx.endpoints().matchedHttpEndpoint();
    Timer.builder("http.server.requests")
        .description("Time to answer, by route")
        .tag("method", ctx.method().name())
        .tag("uri", route == null ? "UNKNOWN" : route.path)
        .tag("status", Integer.toString(ctx.status().getCode()))
        .register(meters)
        .record((long) (millis * 1_000), TimeUnit.MICROSECONDS);
  }

  /** Method and path of every route, for example {@code GET /api/v1/runs/{id}}. */
  Set<String> routes() {
    return routes;
  }

  /** The port that is bound. */
  public int port() {
    return server.port();
  }

  /** Where clients on this machine find the API, for example {@code http://127.0.0.1:8080}. */
  public URI baseUri() {
    String name = Objects.equals(host, "0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port());
  }

  /** Takes no more requests, lets those under way end for up to 5 s, and stops. */
  @Override
  public void close() {
    for (Connector connector : server.jettyServer().server().getConnectors()) {
      if (connector instanceof AbstractConnector idling) {
        idling.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
      }
    }
    server.stop();
  }
}
