package io.tierflow.runner.engine;

import io.tierflow.client.Page;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.machine.Content;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.RunViews;
import io.tierflow.runner.RunFilter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the runs that live on this runner. Thread-safe. */
final class RunQueries {

  private static final Logger LOG = LoggerFactory.getLogger(RunQueries.class);

  private final StreamsHost host;
  private final Function<Content, byte[]> contents;
  private final Map<String, Plan> plans = new ConcurrentHashMap<>();

  /**
   * Queries of what a host has.
   *
   * @param contents fetches what lies in the payload store, for replays; not the fetching that
   *     decisions use, which would wait for this one
   */
  RunQueries(StreamsHost host, Function<Content, byte[]> contents) {
    this.host = host;
    this.contents = contents;
  }

  Optional<RunView> run(String id, int partition) {
    return Outages.told(() -> view(id, partition));
  }

  boolean has(String id, int partition) {
    return Outages.told(
        () -> store(Stores.ENTRIES, partition).get(StoreKeys.entry(id, EntryKey.RUN)) != null);
  }

  Page<RunSummary> list(RunFilter filter, Set<Integer> partitions) {
    Optional<Cursor> after = filter.cursor().map(Cursor::parse);
    return Outages.told(
        () -> {
          List<RunSummary> found = new ArrayList<>();
          for (int partition : partitions) {
            list(partition, filter, after, found);
          }
          return page(found, filter.limit());
        });
  }

  /** A run with all that a replay needs to know of it. */
  record Kept(Plan plan, String definition, RunEntries entries) {}

  /** The run as it is kept here. */
  Optional<Kept> kept(String id, int partition) {
    return Outages.told(
        () -> {
          RunEntries entries = entries(id, partition);
          return entries
              .get(EntryKey.RUN)
              .map(RunRecord.class::cast)
              .map(run -> new Kept(plan(run, partition), definition(run, partition), entries));
        });
  }

  private Optional<RunView> view(String id, int partition) {
    RunEntries entries = entries(id, partition);
    return entries
        .get(EntryKey.RUN)
        .map(RunRecord.class::cast)
        .flatMap(run -> RunViews.of(id, plan(run, partition), new ShownEntries(entries)));
  }

  private RunEntries entries(String id, int partition) {
    return new StoreEntries(
        id,
        EntryReader.of(store(Stores.ENTRIES, partition)),
        store(Stores.ENTRIES, partition),
        StoreEntries.Known.forReading(contents));
  }

  /** Every run of these partitions that misses something. */
  List<Flagged> flagged(Set<Integer> partitions) {
    return Outages.told(
        () -> {
          List<Flagged> found = new ArrayList<>();
          for (int partition : partitions) {
            try (KeyValueIterator<Bytes, byte[]> runs = store(Stores.MISSING, partition).all()) {
              runs.forEachRemaining(
                  run ->
                      readable(
                              new String(run.key.get(), StandardCharsets.UTF_8),
                              run.value,
                              Flagged.class)
                          .ifPresent(found::add));
            }
          }
          return found;
        });
  }

  /** Every schedule of these partitions that misses something. */
  List<ScheduleFlags.Flags> schedules(Set<Integer> partitions) {
    return Outages.told(
        () -> {
          List<ScheduleFlags.Flags> found = new ArrayList<>();
          for (int partition : partitions) {
            try (KeyValueIterator<Bytes, byte[]> all =
                store(Stores.FLOWS, partition)
                    .range(StoreKeys.firstMissed(), StoreKeys.afterMissed())) {
              all.forEachRemaining(
                  entry ->
                      readable(
                              new String(entry.key.get(), StandardCharsets.UTF_8),
                              entry.value,
                              ScheduleFlags.Flags.class)
                          .ifPresent(found::add));
            }
          }
          return found;
        });
  }

  /** The newest of several lists, each sorted or not. */
  static Page<RunSummary> page(List<RunSummary> runs, int limit) {
    List<RunSummary> sorted =
        runs.stream()
            .sorted(
                Comparator.comparing(RunSummary::submittedAt)
                    .reversed()
                    .thenComparing(RunSummary::id))
            .limit(limit)
            .toList();
    return new Page<>(
        sorted,
        sorted.size() < limit || sorted.isEmpty()
            ? null
            : Cursor.of(sorted.get(sorted.size() - 1)).toString());
  }

  // Neither its flow nor its state is known, so it can be in no list; one that cannot be read takes
  // no other out of it.
  static <T> Optional<T> readable(String run, byte[] entry, Class<T> type) {
    try {
      return Optional.of(EntryCodec.decode(entry, type));
    } catch (UncheckedIOException e) {
      LOG.error("entry {} is left out of a list: {}", run, e.getMessage(), e);
      return Optional.empty();
    }
  }

  private void list(
      int partition, RunFilter filter, Optional<Cursor> after, List<RunSummary> found) {
    Bytes from = after.map(Cursor::key).orElse(null);
    int left = filter.limit();
    try (KeyValueIterator<Bytes, byte[]> runs = store(Stores.LIST, partition).range(from, null)) {
      while (runs.hasNext() && left > 0) {
        KeyValue<Bytes, byte[]> next = runs.next();
        if (next.key.equals(from)) {
          continue;
        }
        String id = StoreKeys.listedRun(next.key);
        Optional<Listed> listed = readable(id, next.value, Listed.class);
        if (listed.isEmpty()) {
          continue;
        }
        RunSummary run = listed.get().summary(id);
        if (filter.flow().filter(flow -> !flow.equals(run.flow())).isEmpty()
            && filter.state().filter(state -> !state.equals(run.state())).isEmpty()) {
          found.add(run);
          left--;
        }
      }
    }
  }

  private Plan plan(RunRecord run, int partition) {
    return plans.computeIfAbsent(
        run.flow() + '@' + run.version(),
        name -> FlowDesk.parse(run.flow(), run.version(), definition(run, partition)));
  }

  private String definition(RunRecord run, int partition) {
    return new String(
        store(Stores.ENTRIES, partition).get(StoreKeys.definition(run.flow(), run.version())),
        StandardCharsets.UTF_8);
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, int partition) {
    return host.streams()
        .store(
            StoreQueryParameters.fromNameAndType(
                    name, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
                .withPartition(partition));
  }

  /** Where a part of the list ended. */
  private record Cursor(long submittedAt, String runId) {

    static Cursor of(RunSummary run) {
      return new Cursor(run.submittedAt().toEpochMilli(), run.id());
    }

    static Cursor parse(String text) {
      int dot = text.indexOf('.');
      try {
        return new Cursor(
            Long.parseLong(text.substring(0, Math.max(dot, 0))), text.substring(dot + 1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "cursor '" + text + "': expected a nextCursor of an earlier answer", e);
      }
    }

    Bytes key() {
      return StoreKeys.listed(java.time.Instant.ofEpochMilli(submittedAt), runId);
    }

    @Override
    public String toString() {
      return submittedAt + "." + runId;
    }
  }
}
