package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.UnavailableException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/** Which runner has which run. Thread-safe. */
final class RunPlaces {

  private final StreamsHost host;
  private final HostInfo self;

  RunPlaces(StreamsHost host, HostInfo self) {
    this.host = host;
    this.self = self;
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
    return new Place(found.activeHost(), found.partition(), found.activeHost().equals(self));
  }

  /**
   * The other runners that own some runs.
   *
   * @throws UnavailableException while the engine starts anew
   */
  List<HostInfo> otherOwners() {
    return running(() -> host.streams().metadataForAllStreamsClients()).stream()
        .filter(other -> !other.topicPartitions().isEmpty())
        .map(StreamsMetadata::hostInfo)
        .filter(other -> !other.equals(self))
        .toList();
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
