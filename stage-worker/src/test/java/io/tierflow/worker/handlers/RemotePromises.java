package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.testsshd.SshMachine;
import io.tierflow.worker.WorkerClock;
import io.tierflow.worker.ssh.SshPrograms;
import io.tierflow.worker.ssh.SshSettings;
import io.tierflow.worker.ssh.SshTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What holds of programs on a machine that is reached by SSH, whoever's server it runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RemotePromises extends ExecPromises {

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private SshMachine machine;
  private SshPrograms programs;

  /** A machine for class {@code small} with its files in this folder. */
  abstract SshMachine start(Path files) throws Exception;

  @BeforeAll
  void open(@TempDir Path files) throws Exception {
    machine = start(files);
    programs = open(target(), Path.of(""), meters);
  }

  @AfterAll
  void stop() throws Exception {
    if (programs != null) {
      programs.close();
    }
    if (machine != null) {
      machine.close();
    }
  }

  @Override
  ExecHandler handler() {
    return new ExecHandler(programs);
  }

  @Test
  void givesTheProgramAFolderOfItsOwnThatIsRemovedAfterwards() throws Exception {
    String dir =
        Attempt.with("{'command': ['sh', '-c', 'touch a; pwd >&2; exit 1']}")
            .failure(exec, json("{}"))
            .detail()
            .strip();

    assertThat(Path.of(dir)).startsWithRaw(machine.tasks().toRealPath()).doesNotExist();
    assertThat(tasks()).isZero();
  }

  @Test
  void handsTextsOnAsTheyAreWhateverAShellWouldMakeOfThem() throws Exception {
    String text = "it's $HOME `id` \\\\ *;&|<>(){}[]~#!% é";

    assertThat(
            Attempt.with(
                    "{'command': ['printenv', 'A']," + " 'env': {'A': '7'}, 'dir': '%s'}", folder)
                .run(exec, json("{}"))
                .intValue())
        .isEqualTo(7);
    ProgramSpec spec =
        new ProgramSpec(
            List.of("sh", "-c", "printf '%s|%s' \"$1\" \"$A\"", "sh", text),
            Map.of("A", text + "\n"),
            Optional.of(folder.toString()),
            new ProgramSpec.Files(List.of(), List.of()),
            0);
    try (Program program = programs.start(spec)) {
      assertThat(new String(program.output().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(text + "|" + text + "\n");
    }
  }

  @Test
  void copiesFilesThereAndBackAndKeepsProgramsPrograms() throws Exception {
    Files.createDirectories(folder.resolve("bin"));
    Files.writeString(
        folder.resolve("bin/warm"), "#!/bin/sh\nsed s/cold/warm/ data.txt > out.txt\n");
    assertThat(folder.resolve("bin/warm").toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("data.txt"), "cold");
    String files = "'send': ['bin/warm', 'data.txt'], 'fetch': ['%s']";
    try (SshPrograms here = open(target(), folder, new SimpleMeterRegistry())) {
      ExecHandler handler = new ExecHandler(here);

      Attempt.with("{'command': ['bin/warm'], " + files + "}", "out.txt").run(handler, json("1"));

      assertThat(folder.resolve("out.txt")).hasContent("warm");
      assertThat(
              Attempt.with("{'command': ['bin/warm'], " + files + "}", "none.txt")
                  .failure(handler, json("1"))
                  .message())
          .startsWith("exec: expected a file ")
          .endsWith("none.txt on " + target() + ", found none");
      assertThat(
              Attempt.with("{'command': ['true'], 'send': ['gone']}")
                  .failure(handler, json("1"))
                  .message())
          .isEqualTo("exec: expected a file " + folder.resolve("gone") + ", found none");
    }
    assertThat(tasks()).isZero();
  }

  @Test
  void losesTheWorkerWithTheConnectionAndLeavesNothingRunningThere() throws Exception {
    Path pids = folder.resolve("pids");
    Attempt attempt =
        Attempt.with(
            "{'command': ['sh', '-c', 'trap : TERM; sleep 300 & echo $$ $! > %s;"
                + " while true; do wait; done']}",
            pids);
    CompletableFuture<Failure> failure =
        CompletableFuture.supplyAsync(() -> attempt.failure(exec, json("{}")));
    await().atMost(LIMIT).until(() -> Files.exists(pids) && Files.size(pids) > 2);

    machine.cut();

    Failure lost = failure.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(lost.kind()).isEqualTo(FailureKind.WORKER_LOST);
    assertThat(lost.message())
        .startsWith("ssh: the connection to " + target() + " was lost while the program ran");
    for (String pid : Files.readString(pids).strip().split(" ", -1)) {
      await().atMost(LIMIT).until(() -> isGone(Long.parseLong(pid)));
    }
    await().atMost(LIMIT).until(() -> tasks() == 0);
    assertThat(meters.get("tierflow.ssh.connections").tag("outcome", "lost").counter().count())
        .isEqualTo(1);
    assertThat(meters.get("tierflow.ssh.programs").gauge().value()).isZero();
  }

  @Test
  void refusesAHostWhoseKeyIsNotTheKnownOne() throws Exception {
    try (SshMachine other = start(folder.resolve("other"))) {
      other.know(SshMachine.newKey().getPublic());
      SshTarget target = target(other);
      try (SshPrograms mistrusting = open(target)) {
        Failure failure =
            Attempt.with("{'command': ['true']}").failure(new ExecHandler(mistrusting), json("{}"));

        assertThat(failure.permanent()).isTrue();
        assertThat(failure.message())
            .startsWith("ssh: host key of 127.0.0.1:" + other.port() + ", by " + other.knownHosts())
            .contains("found ssh-ed25519 " + KeyUtils.getFingerPrint(other.hostKey()))
            .contains(", expected ssh-ed25519 SHA256:");

        Files.writeString(other.knownHosts(), "");
        assertThat(
                Attempt.with("{'command': ['true']}")
                    .failure(new ExecHandler(mistrusting), json("{}"))
                    .message())
            .endsWith(", expected none: the host is unknown");
        assertThatThrownBy(() -> open(target))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(
                "known hosts file " + other.knownHosts() + ": found no key of 127.0.0.1:");
      }
    }
  }

  @Test
  void saysThatTheKeyIsNotThereIsNoneOrIsNotTaken() throws Exception {
    try (SshMachine other = start(folder.resolve("other"))) {
      SshTarget target = target(other);
      SshMachine.writeKey(SshMachine.newKey(), other.key());
      try (SshPrograms stranger = open(target)) {
        Failure failure =
            Attempt.with("{'command': ['true']}").failure(new ExecHandler(stranger), json("{}"));

        assertThat(failure.permanent()).isTrue();
        assertThat(failure.message())
            .startsWith("ssh: login to " + target + ": found that it does not take key ");
      }
      Files.writeString(other.key(), "no key");
      assertThatThrownBy(() -> open(target))
          .hasMessageStartingWith("key " + other.key().toAbsolutePath() + ": found ");
      Files.delete(other.key());
      assertThatThrownBy(() -> open(target))
          .hasMessage(
              "key "
                  + other.key().toAbsolutePath()
                  + ": found no such file, expected a private key as ssh-keygen writes it");
    }
  }

  @Test
  void saysThatAFolderIsNotThere() {
    Failure failure =
        Attempt.with("{'command': ['true'], 'dir': '/no/folder'}").failure(exec, json("{}"));

    assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_INPUT);
    assertThat(failure.message())
        .isEqualTo("exec: with.dir: expected a folder on " + target() + ", found '/no/folder'");
  }

  final SshTarget target() {
    return target(machine);
  }

  static SshTarget target(SshMachine of) {
    return SshSettings.read(of.settings()).get("small").get(0);
  }

  static SshPrograms open(SshTarget target) {
    return open(target, Path.of(""), new SimpleMeterRegistry());
  }

  static SshPrograms open(SshTarget target, Path folder, MeterRegistry meters) {
    return SshPrograms.open(
        "small",
        target,
        new SshPrograms.Here(
            Map.of(), folder, new WorkerClock(InstantSource.system(), System::nanoTime), meters));
  }

  private long tasks() throws IOException {
    try (Stream<Path> folders = Files.list(machine.tasks())) {
      return folders.count();
    }
  }
}
