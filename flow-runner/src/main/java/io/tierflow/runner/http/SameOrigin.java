package io.tierflow.runner.http;

import io.javalin.http.Context;
import java.net.URI;
import java.util.Set;

/**
 * Refuses changes that a web page of another site asks for. The API trusts whoever reaches it, and
 * a browser on the runner's machine would reach it on behalf of any page.
 */
final class SameOrigin {

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private SameOrigin() {}

  static void check(Context ctx) {
    String origin = ctx.header("Origin");
    if (origin == null || SAFE.contains(ctx.method().name())) {
      return;
    }
    String host = ctx.header("Host");
    if (!authority(origin).equals(host)) {
      throw ProblemException.of(
          403, "a page of " + origin + " may not change what " + host + " holds");
    }
  }

  private static String authority(String origin) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority == null ? "" : authority;
    } catch (IllegalArgumentException e) {
      return ""; // no origin that could equal a host
    }
  }
}
