package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.runner.RunService.UnavailableException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class RunPlacesTest {

  private static final HostInfo A = new HostInfo("a", 1);
  private static final HostInfo B = new HostInfo("b", 1);

  @Test
  void knowsTheOwnersOfAllPartitions() {
    assertThat(RunPlaces.owners(List.of(runner(A, 0, 2), runner(B, 1)), "commands", 3))
        .containsOnlyKeys(A, B)
        .containsEntry(A, Set.of(0, 2))
        .containsEntry(B, Set.of(1));
  }

  @Test
  void doesNotAnswerWhileAPartitionHasNoOwner() {
    assertThatThrownBy(() -> RunPlaces.owners(List.of(runner(A, 0, 2), runner(B)), "commands", 3))
        .isInstanceOf(UnavailableException.class);
  }

  private static StreamsMetadata runner(HostInfo host, int... partitions) {
    Set<TopicPartition> owned = new HashSet<>();
    for (int partition : partitions) {
      owned.add(new TopicPartition("commands", partition));
      owned.add(new TopicPartition("results", partition));
    }
    return new StreamsMetadata() {
      @Override
      public HostInfo hostInfo() {
        return host;
      }

      @Override
      public Set<String> stateStoreNames() {
        return Set.of();
      }

      @Override
      public Set<TopicPartition> topicPartitions() {
        return owned;
      }

      @Override
      public Set<TopicPartition> standbyTopicPartitions() {
        return Set.of();
      }

      @Override
      public Set<String> standbyStateStoreNames() {
        return Set.of();
      }

      @Override
      public String host() {
        return host.host();
      }

      @Override
      public int port() {
        return host.port();
      }
    };
  }
}
