package io.tierflow.wire;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Gives schemas ids and keeps them: what the Confluent wire format needs to know of a registry.
 *
 * <p>Implementations are thread-safe. Every method may wait for the network and throws {@link
 * RegistryException} if the registry cannot be reached or refuses.
 */
public interface SchemaRegistry {

  /**
   * Makes a schema the newest version of a subject and gives its id; a schema the subject already
   * has keeps its id.
   */
  int register(String subject, Schema schema);

  /** The id of a schema that the subject already has; it registers nothing. */
  int idOf(String subject, Schema schema);

  /** The schema of an id, or empty if the registry has none under that id. */
  Optional<Schema> schema(int id);
}
