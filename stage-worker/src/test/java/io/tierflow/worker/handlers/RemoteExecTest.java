package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.handler.StageException;
import io.tierflow.testsshd.TestSshd;
import io.tierflow.worker.ssh.SshPrograms;
import io.tierflow.worker.ssh.SshSettings;
import io.tierflow.worker.ssh.SshTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** By Apache's SSH server, which is there on every machine and can be made to misbehave. */
class RemoteExecTest extends RemotePromises {

  private static final ProgramSpec EXIT_ONLY =
      new ProgramSpec(
          List.of(TestSshd.EXIT_ONLY),
          Map.of(),
          Optional.empty(),
          new ProgramSpec.Files(List.of(), List.of()),
          0);

  @Override
  TestSshd start(Path files) throws Exception {
    return TestSshd.start(files, "small");
  }

  @Test
  void losesTheWorkerWhereTheConnectionIsLostAfterTheExitCodeAndBeforeTheOutput() throws Exception {
    try (TestSshd other = start(folder.resolve("other"));
        SshPrograms programs = open(target(other));
        Program program = programs.start(EXIT_ONLY)) {
      assertThat(program.end().get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();

      other.cut();

      assertThat(program.output().readAllBytes()).isEmpty();
      assertThatThrownBy(program::checkOutput)
          .isInstanceOfSatisfying(
              StageException.class,
              said -> assertThat(said.failure().kind()).isEqualTo(FailureKind.WORKER_LOST))
          .hasMessageStartingWith("ssh: the connection to " + target(other) + " was lost when");
    }
  }

  @Test
  void failsForGoodWhereFilesAreToBeCopiedAndTheMachineHasNoSftp() throws Exception {
    Files.writeString(folder.resolve("a"), "a");
    try (TestSshd other = start(folder.resolve("other"))) {
      other.dropSftp();
      SshTarget target = target(other);
      try (SshPrograms plain = open(target, folder, new SimpleMeterRegistry())) {
        ExecHandler handler = new ExecHandler(plain);
        for (String files : List.of("'send': ['a']", "'fetch': ['a']")) {
          Failure failure =
              Attempt.with("{'command': ['true'], " + files + "}").failure(handler, json("1"));

          assertThat(failure.permanent()).as(failure.message()).isTrue();
          assertThat(failure.message()).startsWith("ssh: on " + target + ": found no SFTP (");
        }
        assertThat(Attempt.with("{'command': ['cat']}").run(handler, json("1")).intValue())
            .as("nothing to copy")
            .isEqualTo(1);
        assertThat(plain.isThere()).isTrue();
      }
    }
  }

  @Test
  void putsAnAttemptOffWhileTheMachineCannotBeReached() throws Exception {
    int closed;
    try (TestSshd other = start(folder.resolve("gone"))) {
      closed = other.port();
    }
    SshTarget gone = SshSettings.read(folder.resolve("gone/ssh.yaml")).get("small").get(0);
    try (SshPrograms unreachable = open(gone)) {
      Failure failure =
          Attempt.with("{'command': ['true']}").failure(new ExecHandler(unreachable), json("{}"));

      assertThat(failure.kind()).isEqualTo(FailureKind.DEFERRED);
      assertThat(failure.retryAfter()).isPresent();
      assertThat(failure.message())
          .startsWith("ssh: tester@127.0.0.1:" + closed + " cannot be reached, nothing was begun");
      assertThat(unreachable.isThere()).as("no task is to be taken for it").isFalse();
      assertThat(unreachable.breakers()).isEqualTo(Map.of("exec", "OPEN"));
    }
  }
}
