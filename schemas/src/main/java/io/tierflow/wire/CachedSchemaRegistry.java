package io.tierflow.wire;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * Remembers for good what a registry has answered: ids and schemas never change. So what has been
 * asked once still works while the registry is away. What a registry does not know is asked again
 * each time.
 *
 * <p>Thread-safe. No lock is held while the registry is asked, so two threads may ask the same
 * question at once; the answers are the same.
 */
public final class CachedSchemaRegistry implements SchemaRegistry {

  private record Key(String subject, Schema schema) {}

  private final SchemaRegistry registry;
  private final Map<Key, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

  /** Remembers the answers of this registry. */
  public CachedSchemaRegistry(SchemaRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  @Override
  public int register(String subject, Schema schema) {
    Key key = new Key(subject, schema);
    Integer known = ids.get(key);
    return known != null ? known : remember(key, registry.register(subject, schema));
  }

  @Override
  public int idOf(String subject, Schema schema) {
    Key key = new Key(subject, schema);
    Integer known = ids.get(key);
    return known != null ? known : remember(key, registry.idOf(subject, schema));
  }

  @Override
  public Optional<Schema> schema(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Schema> found = registry.schema(id);
    found.ifPresent(schema -> schemas.put(id, schema));
    return found;
  }

  private int remember(Key key, int id) {
    ids.put(key, id);
    schemas.putIfAbsent(id, key.schema());
    return id;
  }
}
