package io.tierflow.runner.alerts;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierflow.client.ApiJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** An HTTP address that takes each alert as a POST of JSON; any 2xx means that it is taken. */
final class WebhookTarget implements AlertTarget {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final URI url;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();

  WebhookTarget(URI url) {
    this.url = url;
  }

  // Addresses of webhooks often hold a secret: a digest tells them apart.
  @Override
  public String name() {
    String digest =
        UUID.nameUUIDFromBytes(url.toString().getBytes(StandardCharsets.UTF_8)).toString();
    return url.getHost() + "-" + digest.substring(0, 8);
  }

  @Override
  public void send(Alert alert) throws NotTakenException, InterruptedException {
    HttpResponse<Void> answer;
    try {
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .timeout(ANSWER)
              .header("Content-Type", "application/json")
              .header("Idempotency-Key", printable(alert.identity()))
              .POST(BodyPublishers.ofByteArray(ApiJson.mapper().writeValueAsBytes(alert)))
              .build();
      answer = http.send(request, BodyHandlers.discarding());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an alert cannot be written as JSON: " + alert.identity(), e);
    } catch (IOException e) {
      throw new NotTakenException(e.toString(), e);
    }
    if (answer.statusCode() / 100 != 2) {
      throw new NotTakenException("it answered " + answer.statusCode(), null);
    }
  }

  /** As a header may be: what is not printable ASCII is written as its percent-encoded bytes. */
  static String printable(String key) {
    StringBuilder out = new StringBuilder();
    for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = each > ' ' && each < 127 && each != '%';
      out.append(plain ? String.valueOf((char) each) : String.format("%%%02X", each));
    }
    return out.toString();
  }
}
