package io.tierflow.runner.engine;

import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.wire.topics.TopicNames;
import io.tierflow.wire.topics.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Sees to it that Kafka has the topics before anything reads or writes them. */
final class EngineTopics {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Admin admin;
  private final String bootstrap;

  EngineTopics(Admin admin, String bootstrap) {
    this.admin = admin;
    this.bootstrap = bootstrap;
  }

  /**
   * Creates what is missing; others may do the same at the same time.
   *
   * @return how many partitions the runs are spread over
   * @throws UnavailableException if Kafka cannot be reached
   * @throws IllegalArgumentException if topics that are there cannot be worked with
   */
  int prepare(TopicNames topics, Collection<String> lanes) {
    List<NewTopic> wanted = new ArrayList<>();
    TopicSettings.ofRunner(topics).forEach(settings -> wanted.add(topic(settings)));
    lanes.forEach(name -> wanted.add(topic(TopicSettings.tasks(topics, name))));
    create(wanted);
    Map<String, TopicDescription> there = describe(wanted.stream().map(NewTopic::name).toList());
    int commands = there.get(topics.commands()).partitions().size();
    for (String name : List.of(topics.results(), topics.errors())) {
      int found = there.get(name).partitions().size();
      if (found != commands) {
        throw new IllegalArgumentException(
            "topic "
                + name
                + ": expected "
                + commands
                + " partitions, as many as "
                + topics.commands()
                + " has, found "
                + found);
      }
    }
    return commands;
  }

  private static NewTopic topic(TopicSettings settings) {
    return new NewTopic(settings.name(), Optional.of(settings.partitions()), Optional.empty())
        .configs(settings.configs());
  }

  private void create(List<NewTopic> wanted) {
    admin
        .createTopics(wanted)
        .values()
        .forEach(
            (name, created) -> {
              try {
                get(created);
              } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                  throw failed("topic " + name + " cannot be created", e.getCause());
                }
              }
            });
  }

  // What was just created is not known to every broker at once.
  private Map<String, TopicDescription> describe(List<String> names) {
    for (int tries = 0; ; tries++) {
      try {
        return get(admin.describeTopics(names).allTopicNames());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || tries == 100) {
          throw failed("topics cannot be read", e.getCause());
        }
        pause();
      }
    }
  }

  private <T> T get(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Whoever closes it would wait for what it still asks.
      admin.close(Duration.ZERO);
      throw new UnavailableException(
          "no broker answers at " + bootstrap + " within " + LIMIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private UnavailableException failed(String what, Throwable cause) {
    return new UnavailableException(
        "Kafka at " + bootstrap + ": " + what + " (" + cause.getMessage() + ")", cause);
  }
}
