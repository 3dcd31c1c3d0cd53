package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.Content;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.TaskKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryCacheTest {

  private static final String RUN = "run-1";
  private static final List<EntryKey> KEYS =
      List.of(
          EntryKey.RUN,
          EntryKey.INPUT,
          EntryKey.MISSING,
          EntryKey.of("p"),
          EntryKey.of(TaskKey.of("p", "a")),
          EntryKey.of(TaskKey.of("p", "b")));

  private final Map<String, Map<EntryKey, RunEntry>> store = new HashMap<>();
  private final List<EntryKey> asked = new ArrayList<>(); // of the store
  private int written;

  @Test
  void whatIsThereIsReadFromTheStoreOnce() {
    EntryCache cache = cache(1 << 20);
    RunEntry stored = store(RUN, EntryKey.INPUT);
    assertThat(cache.reader(RUN).read(RUN, EntryKey.INPUT)).contains(stored);
    assertThat(cache.reader(RUN).read(RUN, EntryKey.INPUT)).contains(stored);
    assertThat(asked).containsExactly(EntryKey.INPUT);
  }

  @Test
  void ofARunThatIsNotThereNothingElseIsAskedFor() {
    EntryCache cache = cache(1 << 20);
    EntryReader reader = cache.reader(RUN);
    assertThat(reader.read(RUN, EntryKey.RUN)).isEmpty();
    assertThat(reader.read(RUN, EntryKey.of("p"))).isEmpty();
    assertThat(asked).containsExactly(EntryKey.RUN);
    RunEntry pipeline = write(cache, RUN, EntryKey.of("p"));
    assertThat(reader.read(RUN, EntryKey.of("p"))).contains(pipeline);
    assertThat(asked).containsExactly(EntryKey.RUN);
  }

  @Test
  void whatIsKnownOfAnAbsentRunLeavesWithIt() {
    EntryCache cache = cache(1); // every entry is too much
    EntryReader reader = cache.reader(RUN);
    assertThat(reader.read(RUN, EntryKey.RUN)).isEmpty();
    RunEntry input = store(RUN, EntryKey.INPUT);
    assertThat(reader.read(RUN, EntryKey.INPUT)).contains(input);
    assertThat(cache.reader(RUN).read(RUN, EntryKey.INPUT)).contains(input);
  }

  @Test
  void nothingIsHeldOfAForgottenRunUntilItIsReadAgain() {
    EntryCache cache = cache(1 << 20);
    RunEntry written = write(cache, RUN, EntryKey.RUN);
    assertThat(cache.reader(RUN).read(RUN, EntryKey.RUN)).contains(written);
    assertThat(asked).isEmpty();
    cache.forget(RUN);
    EntryReader reader = cache.reader(RUN);
    assertThat(reader.read(RUN, EntryKey.RUN)).contains(written);
    assertThat(reader.read(RUN, EntryKey.RUN)).contains(written);
    assertThat(asked).containsExactly(EntryKey.RUN);
  }

  @Test
  void readsWhatTheStoreHasWhateverIsWrittenReadOrRemoved() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      store.clear();
      EntryCache cache = cache(1_000 + random.nextInt(5_000)); // 3 to 20 entries
      Map<String, EntryReader> readers = new HashMap<>(); // some are kept for long
      for (int step = 0; step < 300; step++) {
        String run = "run-" + random.nextInt(5);
        EntryKey key = KEYS.get(random.nextInt(KEYS.size()));
        switch (random.nextInt(8)) {
          case 0, 1 -> {
            if (!store.containsKey(run)) {
              write(cache, run, EntryKey.RUN); // always the first
            }
            write(cache, run, key);
          }
          case 2 -> {
            int what = random.nextInt(10);
            if (what < 2) {
              cache.forget(run); // it has ended; or it is removed
            }
            if (what == 0) {
              store.remove(run);
              readers.remove(run);
            }
          }
          case 3 -> readers.put(run, cache.reader(run));
          default ->
              assertThat(readers.computeIfAbsent(run, cache::reader).read(run, key))
                  .as("seed %s, step %s: %s of %s", seed, step, key, run)
                  .isEqualTo(Optional.ofNullable(store.getOrDefault(run, Map.of()).get(key)));
        }
      }
    }
  }

  private EntryCache cache(long maxBytes) {
    return new EntryCache(
        (run, key) -> {
          asked.add(key);
          return Optional.ofNullable(store.getOrDefault(run, Map.of()).get(key));
        },
        maxBytes);
  }

  private RunEntry write(EntryCache cache, String run, EntryKey key) {
    RunEntry entry = store(run, key);
    cache.written(run, key, entry, 100);
    return entry;
  }

  private RunEntry store(String run, EntryKey key) {
    RunEntry entry = Content.json("" + written++);
    store.computeIfAbsent(run, id -> new HashMap<>()).put(key, entry);
    return entry;
  }
}
