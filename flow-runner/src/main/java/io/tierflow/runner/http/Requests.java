package io.tierflow.runner.http;

import io.javalin.http.Context;
import io.tierflow.flow.file.DurationText;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the parts of a request, refusing what the API does not know instead of ignoring it. */
final class Requests {

  /** No content type, and what {@code curl -d} sends unasked: the body decides. */
  private static final Set<String> UNSAID = Set.of("", "application/x-www-form-urlencoded");

  static final Set<String> JSON = Set.of("application/json");
  static final Set<String> JSON_OR_YAML =
      Set.of(
          "application/json",
          "application/yaml",
          "application/x-yaml",
          "text/yaml",
          "text/x-yaml",
          "text/plain",
          "application/octet-stream");

  private final int maxBodyBytes;

  Requests(int maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** The whole body; 413 past the limit, whether or not its length was announced. */
  byte[] body(Context ctx, Set<String> contentTypes) {
    requireContentType(ctx, contentTypes);
    try (InputStream in = ctx.bodyInputStream()) {
      byte[] body = in.readNBytes(maxBodyBytes + 1);
      if (body.length > maxBodyBytes) {
        // What is left of the body is not read, so the connection cannot be used again.
        throw ProblemException.of(
                413, "the body is longer than " + maxBodyBytes + " bytes, the limit of this runner")
            .withHeader("Connection", "close");
      }
      return body;
    } catch (IOException e) {
      throw ProblemException.of(400, "the body ended early: " + e.getMessage());
    }
  }

  private static void requireContentType(Context ctx, Set<String> allowed) {
    String said = Optional.ofNullable(ctx.contentType()).orElse("");
    String type = said.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!UNSAID.contains(type) && !allowed.contains(type)) {
      throw ProblemException.of(
          415, "content type: found " + said + ", expected one of " + listed(allowed));
    }
  }

  /** Refuses query parameters other than these: a misspelt filter must not list everything. */
  static void onlyParameters(Context ctx, String... known) {
    for (String name : ctx.queryParamMap().keySet()) {
      if (!Arrays.asList(known).contains(name)) {
        throw ProblemException.of(
            400,
            "query parameter: found '"
                + name
                + "', expected "
                + (known.length == 0 ? "none" : "one of " + String.join(", ", known)));
      }
    }
  }

  /** A query parameter; empty when it is absent or blank. */
  static Optional<String> parameter(Context ctx, String name) {
    return Optional.ofNullable(ctx.queryParam(name)).filter(value -> !value.isBlank());
  }

  static int intParameter(Context ctx, String name, int absent, int min, int max) {
    Optional<String> text = parameter(ctx, name);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of bounds.
    }
    throw ProblemException.of(
        400, name + ": found '" + text.get() + "', expected a number from " + min + " to " + max);
  }

  /** Empty when it is absent. */
  static Optional<Duration> durationParameter(Context ctx, String name, Duration max) {
    Optional<String> text = parameter(ctx, name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Duration value = DurationText.parse(text.get());
      if (value.compareTo(max) <= 0) {
        return Optional.of(value);
      }
    } catch (IllegalArgumentException e) {
      // Refused below, like one that is too long.
    }
    throw ProblemException.of(
        400,
        name
            + ": found '"
            + text.get()
            + "', expected a duration such as 30s, at most "
            + DurationText.format(max));
  }

  static boolean flag(Context ctx, String name) {
    String text = parameter(ctx, name).orElse("false");
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw ProblemException.of(400, name + ": found '" + text + "', expected true or false");
    };
  }

  static String listed(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }
}
