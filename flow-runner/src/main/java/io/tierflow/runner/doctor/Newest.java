package io.tierflow.runner.doctor;

import io.tierflow.flow.file.InvalidFlowException;
import io.tierflow.runner.doctor.Facts.Unread;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The newest value of each key of a topic, as runners see it: a record that cannot be read is
 * passed over, and told as long as no later one of its key can be.
 */
final class Newest<T> {

  /** Reads a record that has a value. */
  interface Reader<T> {
    T read(ConsumerRecord<byte[], byte[]> record) throws UndecodableException;
  }

  private final Map<String, T> values = new LinkedHashMap<>();
  private final Map<String, Unread> unread = new LinkedHashMap<>();

  /** Takes the next record. */
  void add(ConsumerRecord<byte[], byte[]> record, Reader<T> reader) {
    if (record.key() == null) {
      Unread keyless = Unread.of(record, "no key", "it has no key");
      unread.put(keyless.place(), keyless);
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    try {
      if (record.value() == null) {
        values.remove(key);
      } else {
        values.put(key, reader.read(record));
      }
      unread.remove(key);
    } catch (UndecodableException | InvalidFlowException | RegistryException.Refused e) {
      unread.put(key, Unread.of(record, key, e.getMessage()));
    }
  }

  Collection<T> values() {
    return values.values();
  }

  Collection<Unread> unread() {
    return unread.values();
  }
}
