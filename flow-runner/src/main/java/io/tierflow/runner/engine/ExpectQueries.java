package io.tierflow.runner.engine;

import io.tierflow.client.ExpectationView;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.machine.expect.ExpectState;
import io.tierflow.runner.expect.ExpectationService.Filter;
import io.tierflow.runner.expect.ExpectationService.Subject;
import io.tierflow.runner.expect.ExpectationViews;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the expectations that live on this runner. Thread-safe. */
final class ExpectQueries {

  private static final Logger LOG = LoggerFactory.getLogger(ExpectQueries.class);

  private final StreamsHost host;

  ExpectQueries(StreamsHost host) {
    this.host = host;
  }

  Optional<ExpectationView> find(Subject subject, int partition) {
    return Outages.told(
        () ->
            Optional.ofNullable(store(partition).get(ExpectKeys.state(subject)))
                .map(bytes -> EntryCodec.decode(bytes, ExpectState.class))
                .flatMap(state -> view(subject, state)));
  }

  Page<ExpectationView> list(Filter filter, Set<Integer> partitions) {
    String name = filter.name().orElse("");
    Optional<Bytes> after = filter.cursor().map(ExpectQueries::position);
    return Outages.told(
        () -> {
          List<ExpectationView> found = new ArrayList<>();
          for (int partition : partitions) {
            list(partition, name, after, filter, found);
          }
          return page(found, filter.limit());
        });
  }

  private void list(
      int partition,
      String name,
      Optional<Bytes> after,
      Filter filter,
      List<ExpectationView> found) {
    Bytes first = ExpectKeys.firstState(name);
    Bytes from = after.filter(position -> position.compareTo(first) > 0).orElse(first);
    int left = filter.limit();
    try (KeyValueIterator<Bytes, byte[]> all =
        store(partition).range(from, ExpectKeys.afterStates(name))) {
      while (all.hasNext() && left > 0) {
        KeyValue<Bytes, byte[]> next = all.next();
        Optional<ExpectationView> view =
            readable(next, ExpectState.class)
                .flatMap(state -> view(ExpectKeys.subject(next.key), state))
                .filter(it -> filter.state().filter(wanted -> !wanted.equals(it.state())).isEmpty())
                .filter(it -> after.filter(next.key::equals).isEmpty());
        if (view.isPresent()) {
          found.add(view.get());
          left--;
        }
      }
    }
  }

  /** What is missing of the expectations of these partitions. */
  List<MissingCompletion> flagged(Set<Integer> partitions) {
    return Outages.told(
        () -> {
          List<MissingCompletion> found = new ArrayList<>();
          for (int partition : partitions) {
            try (KeyValueIterator<Bytes, byte[]> all =
                store(partition).range(ExpectKeys.firstFlagged(), ExpectKeys.afterFlagged())) {
              all.forEachRemaining(
                  entry ->
                      readable(entry, ExpectFlags.Flags.class)
                          .ifPresent(some -> addTo(found, some)));
            }
          }
          return found;
        });
  }

  private static void addTo(List<MissingCompletion> found, ExpectFlags.Flags some) {
    Subject subject = new Subject(some.name(), some.key());
    some.flags().forEach(flag -> found.add(ExpectationViews.missing(subject, flag)));
  }

  // One that cannot be read takes no other out of a list.
  static <T> Optional<T> readable(KeyValue<Bytes, byte[]> entry, Class<T> type) {
    try {
      return Optional.of(EntryCodec.decode(entry.value, type));
    } catch (UncheckedIOException e) {
      LOG.error("expectation {} is left out of a list: {}", entry.key, e.getMessage(), e);
      return Optional.empty();
    }
  }

  /** The first of several lists, each sorted or not. */
  static Page<ExpectationView> page(List<ExpectationView> some, int limit) {
    List<ExpectationView> sorted =
        some.stream().sorted(Comparator.comparing(ExpectQueries::key)).limit(limit).toList();
    return new Page<>(
        sorted,
        sorted.size() < limit
            ? null
            : Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key(sorted.get(sorted.size() - 1)).get()));
  }

  private static Bytes key(ExpectationView view) {
    return ExpectKeys.state(new Subject(view.name(), view.key() == null ? "" : view.key()));
  }

  private static Bytes position(String cursor) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      if (new String(bytes, StandardCharsets.UTF_8).indexOf('\0') > 0) {
        return Bytes.wrap(bytes);
      }
    } catch (IllegalArgumentException e) {
      // Refused below, like one that names nothing.
    }
    throw new IllegalArgumentException(
        "cursor '" + cursor + "': expected a nextCursor of an earlier answer");
  }

  private static Optional<ExpectationView> view(Subject subject, ExpectState state) {
    return state.isExpected() ? Optional.of(ExpectationViews.of(subject, state)) : Optional.empty();
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(int partition) {
    return host.streams()
        .store(
            StoreQueryParameters.fromNameAndType(
                    Stores.EXPECTATIONS, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
                .withPartition(partition));
  }
}
