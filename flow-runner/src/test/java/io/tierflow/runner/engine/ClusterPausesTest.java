package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.wire.SingleObjectCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever a runner knows itself, what it is told of pauses is told to all. */
class ClusterPausesTest {

  private final List<Pause> sent = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final ClusterPauses pauses =
      new ClusterPauses(new SingleObjectCodec(), "t.pauses", this::send, () -> now);

  @Test
  void aResumeIsSentThoughNoPauseIsKnownHereYet() {
    pauses.resourceClass("small", false, Set.of("small"));

    assertThat(sent).containsExactly(new Pause(Pausable.CLASS, "small", null));
  }

  @Test
  void aPauseOfWhatIsPausedIsSentAndKeepsItsBeginning() {
    Instant since = now;
    pauses.resourceClass("small", true, Set.of("small"));
    now = now.plusSeconds(60);

    assertThat(pauses.resourceClass("small", true, Set.of("small")).since()).isEqualTo(since);
    assertThat(sent).hasSize(2).allSatisfy(it -> assertThat(it.getSince()).isEqualTo(since));
  }

  private void send(String topic, byte[] key, Object pause) {
    sent.add((Pause) pause);
    pauses.known().learn((Pause) pause);
  }
}
