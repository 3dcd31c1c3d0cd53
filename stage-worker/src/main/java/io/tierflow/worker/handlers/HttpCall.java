package io.tierflow.worker.handlers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.resilience4j.retry.RetryConfig;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request and its response, as all HTTP handlers do it. Thread-safe. */
final class HttpCall {

  private static final Pattern CHARSET =
      Pattern.compile("charset=\"?([^\";\\s]+)", Pattern.CASE_INSENSITIVE);

  // HTTP/1.1: the cleartext upgrade to HTTP/2 confuses some servers on requests with a body.
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private static final List<Integer> GATEWAY_TROUBLE = List.of(502, 503, 504);

  private final String handler;
  private final String method;
  private final RetryAfter retryAfter;

  HttpCall(String handler, String method, InstantSource clock) {
    this.handler = handler;
    this.method = method;
    this.retryAfter = new RetryAfter(clock);
  }

  /** Sends the request of this stage and gives the response's body. */
  JsonNode exchange(JsonNode input, StageContext context)
      throws StageException, InterruptedException {
    HttpSettings settings = HttpSettings.of(handler, context, input);
    HttpRequest request = request(settings, input, context);
    HttpResponse<byte[]> response = send(request, settings, context);
    if (!settings.expects(response.statusCode())) {
      throw refused(settings, response);
    }
    return body(settings, response);
  }

  private HttpRequest request(HttpSettings settings, JsonNode input, StageContext context) {
    HttpRequest.Builder request = HttpRequest.newBuilder(settings.url());
    request.setHeader("Accept", "application/json, text/*;q=0.9, */*;q=0.5");
    if (method.equals("GET")) {
      request.GET();
    } else {
      request.setHeader("Content-Type", "application/json");
      // The same for every attempt, so that the receiver can tell a repetition.
      request.setHeader("Idempotency-Key", context.idempotencyKey());
      byte[] json = Json.bytes(input);
      request.method(method, HttpRequest.BodyPublishers.ofByteArray(json));
    }
    settings.headers().forEach(request::setHeader);
    return request.build();
  }

  private HttpResponse<byte[]> send(
      HttpRequest request, HttpSettings settings, StageContext context)
      throws StageException, InterruptedException {
    Tries tries = settings.tries();
    RetryConfig config =
        tries
            .<HttpResponse<byte[]>>config()
            .retryOnException(this::isSafeAgain)
            .retryOnResult(response -> isSafeAgain(response, settings))
            .build();
    try (RepeatedCall<HttpResponse<byte[]>> call =
        new RepeatedCall<>(
            handler,
            context,
            config,
            () -> CLIENT.sendAsync(request, head -> new BoundedBody(settings.maxBytes())))) {
      // The client's own timeout ends with the headers; this one covers the body too.
      return call.await(tries.limit());
    } catch (TimeoutException e) {
      String waited = DurationValue.show(tries.limit());
      throw failure(settings, "no full response within " + waited, e);
    } catch (ExecutionException e) {
      throw failure(settings, reason(e.getCause()), e.getCause());
    }
  }

  // A POST is tried again only where nothing of it was sent.
  private boolean isSafeAgain(Throwable thrown) {
    return thrown instanceof ConnectException
        || (isIdempotent()
            && thrown instanceof IOException
            && !(thrown instanceof BoundedBody.TooLargeException));
  }

  // When it is to be sent again a server may say; that is for the next attempt to wait.
  private boolean isSafeAgain(HttpResponse<byte[]> response, HttpSettings settings) {
    return isIdempotent()
        && GATEWAY_TROUBLE.contains(response.statusCode())
        && !settings.expects(response.statusCode())
        && response.headers().firstValue("Retry-After").isEmpty();
  }

  private boolean isIdempotent() {
    return !method.equals("POST");
  }

  private static String reason(Throwable cause) {
    if (cause instanceof ConnectException) {
      return "cannot connect";
    }
    if (cause instanceof BoundedBody.TooLargeException) {
      return cause.getMessage() + " (with.max-bytes)";
    }
    return cause instanceof IOException ? "connection failed: " + cause.getMessage() : "" + cause;
  }

  private StageException failure(HttpSettings settings, String problem, Throwable cause) {
    return new StageException(
        FailureKind.HANDLER_ERROR, describe(settings) + ": " + problem, cause);
  }

  private String describe(HttpSettings settings) {
    return handler + ": " + method + " " + settings.shownUrl();
  }

  private StageException refused(HttpSettings settings, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    String message =
        "%s: expected status %s, found %d"
            .formatted(describe(settings), settings.expectedText(), status);
    Optional<Duration> wait =
        status == 429 || status == 503
            ? response.headers().firstValue("Retry-After").flatMap(retryAfter::parse)
            : Optional.<Duration>empty();
    // What the client did wrong stays wrong; 408, 425 and 429 ask for another try.
    boolean permanent = status < 500 && !List.of(408, 425, 429).contains(status);
    return new StageException(
        new Failure(
            FailureKind.HANDLER_ERROR, message, Excerpt.head(response.body()), permanent, wait));
  }

  private JsonNode body(HttpSettings settings, HttpResponse<byte[]> response)
      throws StageException {
    byte[] body = response.body();
    if (body.length == 0) {
      return NullNode.getInstance();
    }
    String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    if (!type.contains("json")) {
      return TextNode.valueOf(new String(body, charset(type)));
    }
    try {
      return Json.parse(body);
    } catch (JsonProcessingException e) {
      throw failure(
          settings,
          "the response says %s but is no JSON: %s".formatted(type, Excerpt.line(body)),
          e);
    } catch (IOException e) {
      throw failure(settings, "the response cannot be read: " + e.getMessage(), e);
    }
  }

  private static Charset charset(String contentType) {
    Matcher matcher = CHARSET.matcher(contentType);
    if (matcher.find() && isSupported(matcher.group(1))) {
      return Charset.forName(matcher.group(1));
    }
    return StandardCharsets.UTF_8;
  }

  private static boolean isSupported(String charset) {
    try {
      return Charset.isSupported(charset);
    } catch (IllegalCharsetNameException e) {
      // A server's malformed header is no reason to lose its answer: read it as UTF-8.
      return false;
    }
  }
}
