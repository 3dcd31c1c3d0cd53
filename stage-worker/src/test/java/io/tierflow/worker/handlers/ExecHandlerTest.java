package io.tierflow.worker.handlers;

import static io.tierflow.worker.handlers.Attempt.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Programs that are children of the worker. */
class ExecHandlerTest extends ExecPromises {

  @Override
  ExecHandler handler() {
    return new ExecHandler();
  }

  @Test
  void saysThatTheProgramIsNotThere() {
    assertThat(
            Attempt.with("{'command': ['/no/such/program']}").failure(exec, json("{}")).message())
        .isEqualTo(
            "exec: cannot start '/no/such/program': not found or not executable on this worker");
  }

  @Test
  void refusesWrongConfigurationNamingTheKey() {
    assertThat(Attempt.with("{}").failure(exec, json("{}")).message())
        .isEqualTo(
            "exec: with.command: expected a list of texts, the program and its arguments,"
                + " found nothing");
    assertThat(Attempt.with("{'command': 'ls'}").failure(exec, json("{}")).message())
        .isEqualTo("exec: with.command: expected a list of texts, found \"ls\"");
    assertThat(Attempt.with("{'command': ['a', 1]}").failure(exec, json("{}")).message())
        .isEqualTo("exec: with.command[1]: expected a text, found 1");
    assertThat(
            Attempt.with("{'command': ['a'], 'dir': '/no/folder'}")
                .failure(exec, json("{}"))
                .message())
        .isEqualTo("exec: with.dir: expected a folder on the worker, found '/no/folder'");
    assertThat(
            Attempt.with("{'command': ['a'], 'send': ['x', '../y']}")
                .failure(exec, json("{}"))
                .message())
        .isEqualTo(
            "exec: with.send[1]: expected a path within the folder, such as data/in.csv,"
                + " found '../y'");
  }

  @Test
  void copiesFilesToTheFolderOfTheProgramAndBack() throws Exception {
    String name = "target/exec-" + UUID.randomUUID();
    Path own = Path.of(name);
    Files.writeString(own, "cold");

    Attempt.with(
            "{'command': ['sh', '-c', 'sed s/cold/warm/ %1$s > %1$s.out'], 'dir': '%2$s',"
                + " 'send': ['%1$s'], 'fetch': ['%1$s.out']}",
            name, folder)
        .run(exec, json("{}"));

    Path back = Path.of(name + ".out");
    assertThat(back).hasContent("warm");
    assertThat(folder.resolve(name)).hasContent("cold");
    Files.delete(own);
    Files.delete(back);
    assertThat(
            Attempt.with("{'command': ['true'], 'fetch': ['%s']}", name)
                .failure(exec, json("{}"))
                .message())
        .isEqualTo("exec: expected a file " + own.toAbsolutePath() + ", found none");
  }
}
