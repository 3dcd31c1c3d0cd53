package io.tierflow.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * A registry that speaks Confluent's REST protocol, such as Confluent's own, Karapace or Apicurio
 * (there below {@code /apis/ccompat/v7}). It asks anew each time: wrap it in a {@link
 * CachedSchemaRegistry}.
 *
 * <p>Thread-safe.
 */
public final class RestSchemaRegistry implements SchemaRegistry {

  private static final int SCHEMA_NOT_FOUND = 40403;

  private final RegistryHttp http;

  /**
   * A registry at these base URLs, each tried in turn until one answers.
   *
   * @param urls at least one, http or https, without credentials in them
   * @param userInfo {@code user:password} for basic authentication
   * @param timeout how long one URL may take to answer
   * @throws IllegalArgumentException if a URL or the user info is not usable
   */
  public RestSchemaRegistry(List<String> urls, Optional<String> userInfo, Duration timeout) {
    this.http = new RegistryHttp(urls, userInfo, timeout);
  }

  @Override
  public int register(String subject, Schema schema) {
    RegistryHttp.Answer answer =
        http.post("/subjects/" + segment(subject) + "/versions", body(schema));
    return switch (answer.status()) {
      case 200 -> id(answer);
      case 409 ->
          throw answer.refused(
              schema.getFullName() + " is incompatible with what subject " + subject + " has");
      default -> throw answer.refused("cannot register " + schema.getFullName());
    };
  }

  @Override
  public int idOf(String subject, Schema schema) {
    RegistryHttp.Answer answer = http.post("/subjects/" + segment(subject), body(schema));
    return switch (answer.status()) {
      case 200 -> id(answer);
      case 404 ->
          throw answer.refused(
              "subject "
                  + subject
                  + " does not have this schema of "
                  + schema.getFullName()
                  + ": register it, or set "
                  + WireCodecs.AUTO_REGISTER
                  + "=true");
      default -> throw answer.refused("cannot look up " + schema.getFullName());
    };
  }

  @Override
  public Optional<Schema> schema(int id) {
    RegistryHttp.Answer answer = http.get("/schemas/ids/" + Integer.toUnsignedString(id));
    if (answer.status() == 404 && answer.json().path("error_code").asInt() == SCHEMA_NOT_FOUND) {
      return Optional.empty();
    }
    // Any other 404 is a wrong base URL: that must not make good records undecodable.
    if (answer.status() != 200) {
      throw answer.refused("cannot give schema " + id);
    }
    String kind = answer.json().path("schemaType").asText("AVRO");
    if (!kind.equals("AVRO") || !answer.json().path("references").isEmpty()) {
      return Optional.empty(); // nothing Tierflow writes: a foreign producer's
    }
    try {
      return Optional.of(new Schema.Parser().parse(answer.json().path("schema").asText()));
    } catch (SchemaParseException e) {
      throw answer.refused("schema " + id + " is not an Avro schema (" + e.getMessage() + ")");
    }
  }

  private static int id(RegistryHttp.Answer answer) {
    JsonNode id = answer.json().path("id");
    if (!id.isIntegralNumber()) {
      throw answer.refused("an answer without an id");
    }
    return id.asInt();
  }

  private static ObjectNode body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
  }

  private static String segment(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
