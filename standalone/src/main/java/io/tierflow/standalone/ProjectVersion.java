package io.tierflow.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version that the build wrote down. */
final class ProjectVersion implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    try (InputStream in = ProjectVersion.class.getResourceAsStream("version.txt")) {
      return new String[] {new String(in.readAllBytes(), StandardCharsets.UTF_8).strip()};
    }
  }
}
