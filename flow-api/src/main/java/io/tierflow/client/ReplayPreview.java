package io.tierflow.client;

import java.util.List;

/**
 * What a replay of a run would do. Immutable.
 *
 * @param id the run that it would be
 * @param stages what would be sent again, as {@code pipeline/stage}
 * @param following what would follow it and be done again as well; everything else is reused
 * @param sentBefore whether that run is there already, so that nothing would be sent
 */
public record ReplayPreview(
    String id, List<String> stages, List<String> following, boolean sentBefore) {

  /** Copies the stages. */
  public ReplayPreview {
    stages = List.copyOf(stages);
    following = List.copyOf(following);
  }
}
