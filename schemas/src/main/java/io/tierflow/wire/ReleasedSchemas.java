package io.tierflow.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParseException;

/**
 * Every schema that a release of Tierflow has written with, kept as resources so that its bytes
 * stay readable: {@code released/v1/StageTask.avsc} and so on, listed in {@code
 * released/index.txt}. Immutable.
 */
final class ReleasedSchemas {

  /** The schema of one record type in one version of the contract, such as {@code v1}. */
  record Released(String version, Schema schema) {}

  private static final String FOLDER = "/io/tierflow/schemas/released/";
  private static final ReleasedSchemas ALL = new ReleasedSchemas(stored());

  private final Map<String, List<Released>> byName = new LinkedHashMap<>();
  private final Map<Long, Released> byFingerprint = new LinkedHashMap<>();

  /** Of these schemas, a type's oldest first. */
  ReleasedSchemas(List<Released> schemas) {
    for (Released released : schemas) {
      byName
          .computeIfAbsent(released.schema().getFullName(), name -> new ArrayList<>())
          .add(released);
      byFingerprint.putIfAbsent(fingerprint(released.schema()), released);
    }
  }

  /** The schemas that came with this build. */
  static ReleasedSchemas all() {
    return ALL;
  }

  /** The full names of the record types, in the index's order. */
  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Every version of one record type, oldest first; empty for a type no release has had. */
  List<Released> versions(String fullName) {
    return List.copyOf(byName.getOrDefault(fullName, List.of()));
  }

  /** The schema of a fingerprint; where versions differ only in documentation, the oldest. */
  Optional<Released> find(long fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint));
  }

  /** The fingerprint that Avro's single-object encoding carries (CRC-64-AVRO). */
  static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  private static List<Released> stored() {
    return resource("index.txt")
        .lines()
        .map(String::strip)
        .filter(path -> !path.isEmpty())
        .map(path -> new Released(path.substring(0, path.indexOf('/')), parse(path)))
        .toList();
  }

  private static Schema parse(String path) {
    try {
      return new Schema.Parser().parse(resource(path));
    } catch (SchemaParseException e) {
      throw new IllegalStateException(FOLDER + path + " is not an Avro schema", e);
    }
  }

  private static String resource(String path) {
    try (InputStream in = ReleasedSchemas.class.getResourceAsStream(FOLDER + path)) {
      if (in == null) {
        throw new IllegalStateException("resource " + FOLDER + path + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + FOLDER + path + " cannot be read", e);
    }
  }
}
