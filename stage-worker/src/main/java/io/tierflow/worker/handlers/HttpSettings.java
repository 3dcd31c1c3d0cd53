package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The {@code with} of the HTTP handlers, see {@link HttpGetHandler}. Immutable. */
record HttpSettings(
    URI url, Map<String, String> headers, Tries tries, List<Integer> expect, int maxBytes) {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  private static final int DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

  /** Headers that the HTTP client sets itself and refuses from anybody else. */
  private static final Set<String> RESERVED =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  static HttpSettings of(String handler, StageContext context, JsonNode input)
      throws StageException {
    HandlerConfig config =
        HandlerConfig.of(
            handler,
            context,
            "url",
            "headers",
            "headers-from-env",
            "timeout",
            "tries",
            "try-again-after",
            "expect",
            "max-bytes");
    return new HttpSettings(
        url(config, new Template(config, context, input)),
        headers(config),
        Tries.of(config, config.optionalDuration("timeout").orElse(DEFAULT_TIMEOUT)),
        config.integers("expect", 100, 599),
        config.integer("max-bytes", DEFAULT_MAX_BYTES, 1, Integer.MAX_VALUE - 8));
  }

  boolean expects(int status) {
    return expect.isEmpty() ? status >= 200 && status < 300 : expect.contains(status);
  }

  String expectedText() {
    return expect.isEmpty()
        ? "2xx"
        : expect.stream().map(String::valueOf).collect(Collectors.joining(" or "));
  }

  /** The URL without its query, which may hold what messages should not. */
  String shownUrl() {
    String text = url.toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query) + "?…";
  }

  private static URI url(HandlerConfig config, Template template) throws StageException {
    String expected = "a URL such as https://host/path, without user or password";
    String text =
        template.render(
            "url", v -> URLEncoder.encode(v, StandardCharsets.UTF_8).replace("+", "%20"));
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw config.wrong("url", expected, "'" + text + "'");
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null || url.getUserInfo() != null) {
      throw config.wrong("url", expected, "'" + text.replaceAll("//[^/@]*@", "//…@") + "'");
    }
    return url;
  }

  private static Map<String, String> headers(HandlerConfig config) throws StageException {
    Map<String, String> headers = new LinkedHashMap<>(config.texts("headers"));
    for (Map.Entry<String, String> named : config.texts("headers-from-env").entrySet()) {
      String place = "headers-from-env." + named.getKey();
      headers.put(named.getKey(), config.environment(place, named.getValue()));
    }
    for (Map.Entry<String, String> header : headers.entrySet()) {
      boolean name = header.getKey().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
      if (!name || RESERVED.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        throw config.wrong(
            "headers", "names of headers that a request may set", "'" + header.getKey() + "'");
      }
      if (header.getValue().chars().anyMatch(c -> c < ' ' && c != '\t')) {
        throw config.wrong("headers." + header.getKey(), "one line", "a control character");
      }
    }
    return headers;
  }
}
