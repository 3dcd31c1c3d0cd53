package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierflow.client.ApiJson;
import io.tierflow.client.FlowView;
import io.tierflow.machine.Budget;
import io.tierflow.machine.Budgets;
import io.tierflow.machine.Escalations;
import io.tierflow.machine.Input;
import io.tierflow.machine.Plan;
import io.tierflow.machine.Series;
import io.tierflow.schemas.PastTimes;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How long runs and their tasks took, as all partitions have told in the topic of past times; and
 * the limits that follow from it. Thread-safe.
 */
final class KnownTimes implements TopicView.Reader {

  private final WireCodec codec;
  private final Map<Series, Map<Integer, long[]>> times = new ConcurrentHashMap<>();

  KnownTimes(WireCodec codec) {
    this.codec = codec;
  }

  @Override
  public void read(String key, ConsumerRecord<byte[], byte[]> record, boolean live)
      throws UndecodableException {
    if (record.value() == null) {
      return; // nobody takes back what was
    }
    PastTimes past = codec.decode(record.topic(), record.value(), PastTimes.class);
    Series series;
    try {
      series =
          new Series(
              Budget.Kind.valueOf(past.getKind()),
              past.getFlow(),
              past.getPipeline(),
              past.getStage(),
              past.getResourceClass());
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("times of a kind that this runner does not know", e);
    }
    times
        .computeIfAbsent(series, name -> new ConcurrentHashMap<>())
        .put(past.getPartition(), past.getMillis().stream().mapToLong(Long::longValue).toArray());
  }

  /** What one partition has told, oldest first. */
  List<Long> of(Series series, int partition) {
    long[] told = times.getOrDefault(series, Map.of()).get(partition);
    return told == null ? List.of() : LongStream.of(told).boxed().toList();
  }

  /** The submission, with the limits that its run is held to from here on. */
  Input.Submit withBudgets(Plan plan, Input.Submit submit) {
    return submit.heldTo(Budgets.of(plan, Escalations.classes(plan, submit), this::all));
  }

  /**
   * A flow's newest version, with the limits that a run submitted now would be held to.
   *
   * @param learned by {@code pipeline/stage}: the larger classes that it would begin on
   */
  FlowView withBudgets(FlowView flow, Map<String, String> learned) {
    try {
      String definition = ApiJson.mapper().writeValueAsString(flow.definition());
      Plan plan = FlowDesk.parse(flow.name(), flow.version(), definition);
      return flow.with(
          Budgets.views(Budgets.of(plan, Escalations.learned(plan, learned), this::all)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree that cannot be written", e);
    }
  }

  private long[] all(Series series) {
    return times.getOrDefault(series, Map.of()).values().stream()
        .flatMapToLong(LongStream::of)
        .toArray();
  }
}
