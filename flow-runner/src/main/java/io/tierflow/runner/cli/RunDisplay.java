package io.tierflow.runner.cli;

import io.tierflow.client.RunView;
import java.time.Instant;

/** Shows how a run goes on while its command waits for it. */
public interface RunDisplay {

  /** Shows nothing: for {@code --json}. */
  RunDisplay NONE =
      new RunDisplay() {
        @Override
        public void show(RunView run, Instant now) {}

        @Override
        public void note(String text) {}
      };

  /** Shows the run as it stands now; called again and again. */
  void show(RunView run, Instant now);

  /** Tells something that is not about the run, such as a runner that does not answer. */
  void note(String text);
}
