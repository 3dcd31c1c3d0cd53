package io.tierflow.runner.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The compacted topics that every runner follows, each with its reader. Thread-safe. */
final class Views implements AutoCloseable {

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

  /** Whether everything that was there at the start has been read, each waiting for at most so. */
  boolean awaitCaughtUp(Duration limit) throws InterruptedException {
    for (TopicView view : all) {
      if (!view.awaitCaughtUp(limit)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    all.forEach(TopicView::close);
  }
}
