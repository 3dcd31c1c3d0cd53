package io.tierflow.runner.cli;

import java.net.URI;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of a webhook on a command line: an absolute URL of HTTP. Thread-safe. */
public final class WebhookUrl implements ITypeConverter<URI> {

  private static final Set<String> SCHEMES = Set.of("http", "https");

  /** For picocli. */
  public WebhookUrl() {}

  /**
   * Reads it.
   *
   * @throws TypeConversionException if it is no such URL
   */
  @Override
  public URI convert(String text) {
    try {
      URI url = URI.create(text);
      if (SCHEMES.contains(String.valueOf(url.getScheme())) && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, like a URL of another kind.
    }
    throw new TypeConversionException(
        "found '" + text + "', expected a URL such as https://example.org/alerts");
  }
}
