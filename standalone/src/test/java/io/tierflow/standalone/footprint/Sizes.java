package io.tierflow.standalone.footprint;

import io.tierflow.testkafka.TopicContents;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.TopicPartition;

/** How much Kafka's topics hold. */
final class Sizes implements AutoCloseable {

  private final String bootstrap;
  private final String prefix;
  private final Admin admin;

  /** Looks at the topics whose names begin so. */
  Sizes(String bootstrap, String prefix) {
    this.bootstrap = bootstrap;
    this.prefix = prefix;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  /** The bytes on one broker's disk, by topic: batches with all that is around records. */
  Map<String, Long> bytes() throws ExecutionException, InterruptedException {
    Map<String, Long> bytes = new TreeMap<>();
    for (LogDirDescription folder :
        admin.describeLogDirs(List.of(0)).allDescriptions().get().get(0).values()) {
      for (Map.Entry<TopicPartition, ReplicaInfo> each : folder.replicaInfos().entrySet()) {
        String topic = each.getKey().topic();
        if (topic.startsWith(prefix)) {
          bytes.merge(topic, each.getValue().size(), Long::sum);
        }
      }
    }
    return bytes;
  }

  /** The bytes of the newest key and value of each key, which is what a store holds. */
  long newest(String topic) {
    Map<String, Long> newest = new HashMap<>();
    TopicContents.forEach(
        bootstrap,
        topic,
        record -> {
          String key = record.partition() + new String(record.key(), StandardCharsets.ISO_8859_1);
          if (record.value() == null) {
            newest.remove(key);
          } else {
            newest.put(key, (long) record.key().length + record.value().length);
          }
        });
    return newest.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    admin.close();
  }
}
