package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.UnavailableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/** Which runner has which run. Thread-safe. */
final class RunPlaces {

  private final StreamsHost host;
  private final HostInfo self;
  private final String commands;
  private final int partitions;

  /**
   * The places of all runs.
   *
   * @param self where other runners reach this one
   * @param commands the topic whose partitions the runs are spread over
   * @param partitions how many it has
   */
  RunPlaces(StreamsHost host, HostInfo self, String commands, int partitions) {
    this.host = host;
    this.self = self;
    this.commands = commands;
    this.partitions = partitions;
  }

  /** Where a run lives: the runner that owns it, its partition, and whether that is this runner. */
  record Place(HostInfo owner, int partition, boolean isHere) {}

  /**
   * Where a run of that id lives, or would.
   *
   * @throws UnavailableException while that is being settled
   */
  Place of(String runId) {
    KeyQueryMetadata found =
        running(
            () ->
                host.streams().queryMetadataForKey(Stores.ENTRIES, runId, new StringSerializer()));
    if (found == null || found.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
      throw new UnavailableException("runs are being handed over between runners; try again", null);
    }
    return new Place(found.activeHost(), found.partition(), isHere(found.activeHost()));
  }

  /**
   * Every runner that owns some runs, with its partitions: none lacks.
   *
   * @throws UnavailableException while a partition has no owner, or the engine starts anew
   */
  Map<HostInfo, Set<Integer>> owners() {
    return owners(
        running(() -> host.streams().metadataForAllStreamsClients()), commands, partitions);
  }

  static Map<HostInfo, Set<Integer>> owners(
      Collection<StreamsMetadata> runners, String commands, int partitions) {
    Map<HostInfo, Set<Integer>> owners = new HashMap<>();
    Set<Integer> owned = new HashSet<>();
    for (StreamsMetadata runner : runners) {
      for (TopicPartition partition : runner.topicPartitions()) {
        if (partition.topic().equals(commands)) {
          owners
              .computeIfAbsent(runner.hostInfo(), name -> new TreeSet<>())
              .add(partition.partition());
          owned.add(partition.partition());
        }
      }
    }
    if (owned.size() < partitions) {
      throw new UnavailableException("runs are being handed over between runners; try again", null);
    }
    return owners;
  }

  /** Whether this is the runner of that name. */
  boolean isHere(HostInfo owner) {
    return owner.equals(self);
  }

  // Kafka Streams answers by an IllegalStateException when it has ended, and starts anew.
  private static <T> T running(Supplier<T> question) {
    try {
      return Outages.told(question);
    } catch (IllegalStateException e) {
      throw new UnavailableException("the engine is starting anew; try again", e);
    }
  }
}
