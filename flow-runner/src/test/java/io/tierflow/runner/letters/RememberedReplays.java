package io.tierflow.runner.letters;

import io.tierflow.client.RunView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Remembers what was sent again, and sends the same order once. Not thread-safe. */
public final class RememberedReplays implements Replayer {

  private final Function<String, Optional<RunView>> runs;
  private final Map<String, String> ids = new LinkedHashMap<>();

  /** Knows these runs. */
  public RememberedReplays(Function<String, Optional<RunView>> runs) {
    this.runs = runs;
  }

  /** What was sent, for example {@code "r1 [main/fetch]"}, in order. */
  public List<String> sent() {
    return new ArrayList<>(ids.keySet());
  }

  @Override
  public Optional<RunView> run(String id) {
    return runs.apply(id);
  }

  @Override
  public Outcome replayAlone(Letter letter, ReplayChange change, boolean dryRun) {
    String name = letter.runId() + " alone " + letter.stage();
    if (ids.containsKey(name)) {
      return new Outcome.SentBefore(ids.get(name));
    }
    if (!dryRun) {
      ids.put(name, "replay-" + (ids.size() + 1));
    }
    return new Outcome.SentAlone(Optional.ofNullable(ids.get(name)), "and ends there");
  }

  @Override
  public Outcome replay(Order order) {
    String name =
        order.runId()
            + " "
            + order.stages()
            + order.change().resourceClass().map(c -> " on " + c).orElse("")
            + order.change().input().map(i -> " with " + i).orElse("");
    if (ids.containsKey(name)) {
      return new Outcome.SentBefore(ids.get(name));
    }
    if (order.dryRun()) {
      return new Outcome.Sent(Optional.empty());
    }
    ids.put(name, "replay-" + (ids.size() + 1));
    return new Outcome.Sent(Optional.of(ids.get(name)));
  }
}
