package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The compacted topics that every runner follows, each with its reader. Thread-safe. */
final class Views implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<TopicView> all;

  /** Begins to follow these topics. */
  Views(Map<String, Object> kafka, Map<String, TopicView.Reader> readers) {
    all =
        readers.entrySet().stream()
            .map(each -> new TopicView(kafka, each.getKey(), each.getValue()))
            .toList();
  }

  /** Whether each has all of its topic, and gets what comes. */
  boolean areFollowing() {
    return all.stream().allMatch(TopicView::isFollowing);
  }

  /**
   * Waits until everything that was there at the start has been read.
   *
   * @param bootstrap where the topics are, for messages
   * @throws UnavailableException if one of them could not be read within 60 s
   */
  void awaitCaughtUp(String bootstrap) {
    try {
      for (TopicView view : all) {
        if (!view.awaitCaughtUp(LIMIT)) {
          throw new UnavailableException(
              "Kafka at "
                  + bootstrap
                  + ": its topics could not be read within "
                  + LIMIT.toSeconds()
                  + " s",
              null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while starting", e);
    }
  }

  @Override
  public void close() {
    all.forEach(TopicView::close);
  }
}
