package io.tierflow.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

  @TempDir private Path folder;

  @Test
  void givesWhatTheFileSets() throws IOException {
    Path file =
        write("# for all clients\nsasl.mechanism = PLAIN\nssl.keystore.password: gr\u00fcn\n");
    assertThat(SettingsFile.read(file))
        .isEqualTo(Map.of("sasl.mechanism", "PLAIN", "ssl.keystore.password", "gr\u00fcn"));
  }

  @Test
  void saysWhichFileIsMissing() {
    Path missing = folder.resolve("none.properties");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingsFile.read(missing))
        .withMessage("settings file " + missing + ": not found");
  }

  @Test
  void saysWhichFileIsBroken() throws IOException {
    Path file = write("key=\\u12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingsFile.read(file))
        .withMessageStartingWith("settings file " + file + ": cannot be read: ");
  }

  @Test
  void fillsInVariablesOfTheEnvironment() throws IOException {
    Path file = write("sasl.jaas.config=user=\"a\" password=\"${env:PASSWORD}\";\nacks=all\n");
    assertThat(SettingsFile.read(file, Map.of("PASSWORD", "p$1\\")))
        .isEqualTo(Map.of("sasl.jaas.config", "user=\"a\" password=\"p$1\\\";", "acks", "all"));
  }

  @Test
  void saysWhichVariableIsNotSet() throws IOException {
    Path file = write("schema.registry.url=${env:REGISTRY}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingsFile.read(file, Map.of()))
        .withMessage(
            "settings file "
                + file
                + ": schema.registry.url: found ${env:REGISTRY}, but the environment has no"
                + " REGISTRY");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("kafka.properties"), text);
  }
}
