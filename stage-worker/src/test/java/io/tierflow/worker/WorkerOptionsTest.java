package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WorkerOptionsTest {

  @TempDir private Path folder;

  @Test
  void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
    Path file =
        file(
            """
            pool-name: tier-a
            classes: {small: 7, large: {}}
            slots: 2
            bootstrap: file:1
            fetch-mode: batch
            lease: 45s
            grace: 1m
            labels: {zone: a}
            kafka: {client.rack: r1}
            topic-prefix: file.
            """);
    Map<String, String> environment =
        Map.of("TIERFLOW_WORKER_FETCH_MODE", "single", "TIERFLOW_WORKER_BOOTSTRAP", "env:1");

    List<WorkerConfig> configs =
        options(environment, "--pool", file.toString(), "--bootstrap", "line:1").configs();

    assertThat(configs).extracting(WorkerConfig::resourceClass).containsExactly("small", "large");
    assertThat(configs).extracting(WorkerConfig::slots).containsExactly(7, 2);
    WorkerConfig small = configs.get(0);
    assertThat(small.bootstrap()).isEqualTo("line:1");
    assertThat(small.fetchMode()).isEqualTo(FetchMode.SINGLE);
    assertThat(small.times().lock()).isEqualTo(Duration.ofSeconds(45));
    assertThat(small.grace()).isEqualTo(Duration.ofMinutes(1));
    assertThat(small.poolName()).isEqualTo("tier-a");
    assertThat(small.labels()).isEqualTo(Map.of("zone", "a"));
    assertThat(small.kafka()).containsEntry("client.rack", "r1");
    assertThat(small.topics().prefix()).isEqualTo("file.");
  }

  @Test
  void severalClassesShareAPoolsMemory() throws Exception {
    List<WorkerConfig> alike =
        options(
                Map.of(),
                "--bootstrap=h:1",
                "--class=small=3",
                "--class=large",
                "--isolation=process",
                "--pool-memory=1g")
            .configs();
    assertThat(alike).extracting(WorkerConfig::slots).containsExactly(3, 1);
    assertThat(alike).allMatch(it -> it.isolation().orElseThrow().memoryBytes() == 256L << 20);

    String own =
        """
        classes: {small: {slots: 4, slot-memory: 128m}, large: {slot-memory: 1g, slot-cpus: 2}}
        bootstrap: h:1
        isolation: process
        pool-memory: %s
        """;
    List<WorkerConfig> apart =
        options(Map.of(), "--pool", file(own.formatted("1536m")).toString()).configs();
    assertThat(apart)
        .extracting(it -> it.isolation().orElseThrow().memoryBytes() >> 20)
        .containsExactly(128L, 1024L);
    String tooSmall = file(own.formatted("1500m")).toString();
    assertThatThrownBy(() -> options(Map.of(), "--pool", tooSmall).configs())
        .hasMessage(
            "slot memory of all classes' slots is 1536m: expected at most the pool's memory of"
                + " 1500m");
  }

  @Test
  void aGraceOfTheCommandLineGoesBeforeAnyOfTheEnvironment() throws Exception {
    String file = file("{classes: {a: 1}, bootstrap: h:1, grace: 1m}").toString();
    Map<String, String> environment = Map.of("TIERFLOW_WORKER_GRACE_SECONDS", "50");

    assertThat(grace(environment, "--pool", file, "--grace", "10s")).hasSeconds(10);
    assertThat(grace(environment, "--pool", file)).hasSeconds(50);
    assertThat(grace(Map.of(), "--pool", file)).hasSeconds(60);
    assertThat(grace(Map.of("TIERFLOW_WORKER_GRACE", "20s"), "--pool", file)).hasSeconds(20);
    assertThat(grace(Map.of("TIERFLOW_WORKER_GRACE", "20s"), "--class=a", "--grace-seconds=5"))
        .hasSeconds(5);
  }

  @Test
  void whatIsGivenForAllGoesBeforeWhatTheFilesOnlyClassHasOfItsOwn() throws Exception {
    String one =
        file("""
                classes: {a: {slots: 7, slot-memory: 1g, slot-cpus: 4}}
                bootstrap: h:1
                isolation: process
                """)
            .toString();
    WorkerConfig config =
        options(
                Map.of("TIERFLOW_WORKER_SLOTS", "2", "TIERFLOW_WORKER_SLOT_CPUS", "3"),
                "--pool=" + one,
                "--slot-memory=128m")
            .configs()
            .get(0);
    assertThat(config.slots()).isEqualTo(2);
    assertThat(config.isolation().orElseThrow().memoryBytes()).isEqualTo(128L << 20);
    assertThat(config.isolation().orElseThrow().cpus()).hasValue(3);
    assertThat(options(Map.of(), "--class=a=6", "--bootstrap=h:1", "--slots=2").configs())
        .extracting(WorkerConfig::slots)
        .containsExactly(6);

    String two =
        file("{classes: {a: 7, b: {slot-memory: 1g}}, bootstrap: h:1, isolation: process}")
            .toString();
    assertThatThrownBy(() -> options(Map.of(), "--pool=" + two, "--slots=2"))
        .hasMessage(
            "slots of the command line: the pool file gives some of its 2 classes their own (a):"
                + " expected --class CLASS=SLOTS for each");
    assertThatThrownBy(() -> options(Map.of("TIERFLOW_WORKER_SLOT_MEMORY", "2g"), "--pool=" + two))
        .hasMessage(
            "slot-memory of the environment: the pool file gives some of its 2 classes their own"
                + " (b): expected it there only");
  }

  @Test
  void classesWithoutMemoryOfTheirOwnShareWhatTheOthersLeave() throws Exception {
    String text =
        """
        classes: {small: 6, medium: {slots: 2, slot-memory: 1g}}
        bootstrap: h:1
        isolation: process
        pool-memory: %s
        """;
    assertThat(options(Map.of(), "--pool", file(text.formatted("3584m")).toString()).configs())
        .extracting(it -> it.isolation().orElseThrow().memoryBytes() >> 20)
        .containsExactly(256L, 1024L);
    String tooSmall = file(text.formatted("2100m")).toString();
    assertThatThrownBy(() -> options(Map.of(), "--pool", tooSmall).configs())
        .hasMessage(
            "slot memory of the classes with their own is 2g, of the pool's memory of 2100m:"
                + " expected at least 64m left for each of the other 6 slots");
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    assertThatThrownBy(() -> options(Map.of(), "--bootstrap=h:1"))
        .hasMessage("class is missing: expected --class CLASS, or --pool FILE");
    assertThatThrownBy(() -> options(Map.of(), "--class=a", "--class=a=2"))
        .hasMessage("class 'a' is there twice: expected it once");
    assertThatThrownBy(() -> options(Map.of(), "--class=a=many"))
        .hasMessage("class 'a=many': expected CLASS or CLASS=SLOTS");
    assertThatThrownBy(() -> options(Map.of(), "--class=a").configs())
        .hasMessage("bootstrap servers are missing: expected host:port");
    assertThatThrownBy(() -> options(Map.of("TIERFLOW_WORKER_SLOTS", "many"), "--class=a"))
        .hasMessageContaining("'many' is not an int");
    String broken = file("classes: {a: 0}\nisolation: jail").toString();
    assertThatThrownBy(() -> options(Map.of(), "--pool", broken))
        .hasMessageContaining(broken + ":1:14: classes.a: found 0")
        .hasMessageContaining(broken + ":2:12: isolation: found 'jail'");
    assertThatThrownBy(() -> options(Map.of(), "--pool", folder.resolve("none").toString()))
        .hasMessageContaining("cannot be read");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "pool", ".yaml"), text);
  }

  private static Duration grace(Map<String, String> environment, String... args) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("TIERFLOW_WORKER_BOOTSTRAP", "h:1");
    return options(all, args).configs().get(0).grace();
  }

  private static WorkerOptions options(Map<String, String> environment, String... args) {
    WorkerOptions given = new WorkerOptions();
    CommandLine line = new CommandLine(given);
    return WorkerOptions.of(line.parseArgs(args), given.pool(environment), environment);
  }
}
