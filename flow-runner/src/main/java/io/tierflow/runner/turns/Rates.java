package io.tierflow.runner.turns;

import io.tierflow.machine.rate.StartLog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the rates of all stages, as far as they are this runner's. What has its turn and is not
 * sent yet counts as well: it may be sent at any moment. Guarded by its {@link Turns}; times are
 * milliseconds of the runner's clock.
 */
final class Rates {

  private final Parts parts;
  private final Map<String, Stage> stages = new HashMap<>();

  private static final class Stage {
    final StartLog sent = new StartLog();
    int about; // to be sent
  }

  Rates(Parts parts) {
    this.parts = parts;
  }

  /** Which partitions are this runner's. */
  Parts parts() {
    return parts;
  }

  /** Whether one may be sent now. */
  boolean allows(Claim claim, long now) {
    return claim.limit().isEmpty() || allows(claim.limit().get(), now);
  }

  private boolean allows(Limit limit, long now) {
    return counted(limit, now) < parts.of(limit, now);
  }

  /** Whether one that is about to be sent may be sent still. */
  boolean allowsReserved(Claim claim, long now) {
    return claim.limit().filter(limit -> counted(limit, now) > parts.of(limit, now)).isEmpty();
  }

  private int counted(Limit limit, long now) {
    Stage stage = stages.get(limit.stage());
    return stage == null ? 0 : stage.about + stage.sent.within(limit.rate(), now);
  }

  /** One is about to be sent. */
  void reserve(Claim claim) {
    stage(claim).ifPresent(stage -> stage.about++);
  }

  /** One that was about to be sent is not. */
  void release(Claim claim) {
    stage(claim).ifPresent(stage -> stage.about--);
  }

  /** One was sent, at that time. */
  void sent(Claim claim, long at) {
    claim.limit().ifPresent(limit -> stage(limit).sent.add(limit.rate(), at));
  }

  private Optional<Stage> stage(Claim claim) {
    return claim.limit().map(this::stage);
  }

  private Stage stage(Limit limit) {
    return stages.computeIfAbsent(limit.stage(), stage -> new Stage());
  }
}
