package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Unread;
import io.tierflow.wire.topics.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether what the topics of flows and of workers hold can be read. */
final class UnreadCheck {

  private static final Finding.In AREA = new Finding.In(Area.TOPICS);
  private static final int NAMED = 3;

  private UnreadCheck() {}

  /** One finding of each topic: where settings or versions differ, nothing of it can be read. */
  static List<Finding> of(List<Unread> unread, TopicNames names, Mends mends) {
    Map<String, List<Unread>> byTopic =
        unread.stream()
            .collect(Collectors.groupingBy(Unread::topic, TreeMap::new, Collectors.toList()));
    return byTopic.entrySet().stream()
        .map(each -> finding(each.getKey(), each.getValue(), names, mends))
        .toList();
  }

  private static Finding finding(String topic, List<Unread> unread, TopicNames names, Mends mends) {
    String found = unread.size() + " not readable: " + some(unread);
    String look = "; to see the first: " + mends.showRecord(unread.get(0));
    if (topic.equals(names.flows())) {
      return AREA.error(
          topic,
          found,
          "flows that can be read: runners pass these by, so they may be unknown after a restart",
          "apply the flow again, by its name in brackets: what comes later counts" + look);
    }
    return AREA.warning(
        topic,
        found,
        "workers that can be read: runners don't see these",
        "give the worker in brackets the version and the --kafka-config of all others, restart it;"
            + " what a worker that is gone last said goes after a day"
            + look);
  }

  private static String some(List<Unread> all) {
    String first =
        all.stream()
            .limit(NAMED)
            .map(each -> each.place() + " (" + each.key() + "): " + each.why())
            .collect(Collectors.joining("; "));
    return all.size() > NAMED ? first + "; and " + (all.size() - NAMED) + " more" : first;
  }
}
