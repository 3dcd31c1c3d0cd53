package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.faults.TestSystem;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.errors.RetriableException;

/** Whether every partition has all its copies: else the next broker must not go yet. */
final class Copies {

  private Copies() {}

  /** Waits for that. */
  static void awaitAll(Admin admin) {
    TestSystem.patiently().until(() -> areComplete(admin));
  }

  private static boolean areComplete(Admin admin) throws ExecutionException, InterruptedException {
    try {
      return admin
          .describeTopics(
              admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
          .allTopicNames()
          .get()
          .values()
          .stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(
              partition ->
                  partition.leader() != null
                      && partition.isr().size() == partition.replicas().size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false; // a broker that is just coming up
      }
      throw e;
    }
  }
}
