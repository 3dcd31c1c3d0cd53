package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What workers do while their class is paused, on a real broker. */
class PausedClassTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Pool pool;
  private Admin admin;

  @BeforeEach
  void openPool() throws Exception {
    pool = new Pool();
    admin = Admin.create(Map.of("bootstrap.servers", pool.bootstrap()));
  }

  @AfterEach
  void closePool() {
    admin.close();
    pool.close();
  }

  @Test
  void whatRunsEndsWhatLiesThereWaitsAlsoForAWorkerThatStartsMeanwhile() throws Exception {
    Worker first = pool.start(pool.config().slots(2));
    pool.send(Pool.task("running", "wait").setConfig("{\"millis\": 2500}"));
    await().atMost(LIMIT).until(() -> pool.history("running").equals("STARTED"));

    pool.pause("large", true);
    pool.pause("small", true);
    await().atMost(LIMIT).until(() -> members() == 1);
    pool.send(Pool.task("waiting", "same"));
    pool.flush();
    await().atMost(LIMIT).until(() -> members() == 0);
    assertThat(pool.succeeded()).containsExactly("running");

    first.close();
    pool.start(pool.config());
    assertThat(members()).isZero();
    assertThat(pool.succeeded()).containsExactly("running");

    pool.pause("small", false);
    await().atMost(LIMIT).until(() -> pool.succeeded().equals(List.of("running", "waiting")));
  }

  private int members() throws Exception {
    String group = pool.names().workerGroup("small");
    return admin.describeShareGroups(List.of(group)).all().get().get(group).members().size();
  }
}
