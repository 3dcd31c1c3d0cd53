package io.tierflow.runner.http;

import java.util.Objects;

/**
 * Where and how the HTTP API listens.
 *
 * @param host the address to bind; the API has no authentication, so the default is this machine
 *     only
 * @param port the port to bind; 0 takes any free one
 * @param maxBodyBytes the longest request body that is read, in bytes
 */
public record HttpConfig(String host, int port, int maxBodyBytes) {

  /** This machine only. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** 8 MiB: flows are far smaller, and larger inputs belong into a store that the run points to. */
  public static final int DEFAULT_MAX_BODY_BYTES = 8 * 1024 * 1024;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the port is not one or the limit is below 1
   */
  public HttpConfig {
    Objects.requireNonNull(host, "host");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("http port: expected 0 to 65535, found " + port);
    }
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException(
          "longest body: expected 1 byte or more, found " + maxBodyBytes);
    }
  }

  /** This machine only, with the default limit. */
  public static HttpConfig local(int port) {
    return new HttpConfig(DEFAULT_HOST, port, DEFAULT_MAX_BODY_BYTES);
  }
}
