package io.tierflow.worker.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshSettingsTest {

  private static final String LEAST = "{host: big, user: me, key: id, known-hosts: /etc/hosts.ssh}";

  @TempDir Path folder;

  @Test
  void readsMachinesByClassWithTheirDefaults() throws Exception {
    SshTarget.Trust trust =
        new SshTarget.Trust(folder.resolve("id"), Optional.empty(), Path.of("/etc/hosts.ssh"));

    assertThat(SshSettings.read(file("large: [" + LEAST + "]")).get("large"))
        .containsExactly(
            new SshTarget(
                new SshTarget.Address("big", 22, "me"),
                trust,
                ".tierflow",
                new SshTarget.Connecting(Duration.ofSeconds(10), 3),
                1));
  }

  @Test
  void saysWhatIsWrongAndWhere() throws Exception {
    assertThat(refused("[]")).isEqualTo(": found [], expected an object of settings");
    assertThat(refused("large: []"))
        .isEqualTo(".large: found [], expected a list of machines, at least one");
    assertThat(refused("Large: [" + LEAST + "]")).startsWith(": resource class 'Large': expected ");
    assertThat(refused("large: [{host: big}]"))
        .isEqualTo(": large[0].user: found nothing, expected the name of a user there");
    assertThat(refused("large: [" + LEAST + ", {password: x}]"))
        .startsWith(": large[1]: found 'password', expected one of host, port, ");
    assertThat(refused("large: [{host: big, port: 0}]"))
        .isEqualTo(": large[0].port: found 0, expected a whole number from 1 to 65535");
    assertThat(refused("large: {")).startsWith(": is no YAML: ");
  }

  private String refused(String text) throws IOException {
    Path file = file(text);
    Throwable thrown = catchThrowable(() -> SshSettings.read(file));
    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    assertThat(thrown).hasMessageStartingWith(file.toString());
    return thrown.getMessage().substring(file.toString().length());
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("ssh.yaml"), text);
  }
}
