package io.tierflow.worker.handlers;

import io.tierflow.testsshd.OpenSshd;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;

/** By OpenSSH's server, the one that machines have. */
@EnabledIf(
    value = "io.tierflow.testsshd.OpenSshd#isInstalled",
    disabledReason = "OpenSSH's server is not installed here")
class OpenSshExecTest extends RemotePromises {

  @Override
  OpenSshd start(Path files) throws Exception {
    return OpenSshd.start(files, "small");
  }
}
