package io.tierflow.worker.ssh;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierflow.flow.ResourceClass;
import io.tierflow.worker.WorkerConfig;
import io.tierflow.worker.resilience.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads the settings file of SSH targets: an object from classes to lists of machines. Relative
 * paths in it are relative to its folder.
 *
 * <pre>{@code
 * large:
 *   - host: big.example.com
 *     port: 22                    # the default
 *     user: tierflow
 *     key: id_ed25519             # the private key's file
 *     passphrase-env: KEY_PASS    # none by default
 *     known-hosts: known_hosts
 *     folder: .tierflow           # the default
 *     connect-timeout: 10s        # the default
 *     connect-attempts: 3         # the default
 *     slots: 1                    # the default
 * }</pre>
 */
public final class SshSettings {

  private static final int SSH_PORT = 22;
  private static final int MAX_PORT = 65535;
  private static final String FOLDER = ".tierflow";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int CONNECT_ATTEMPTS = 3;
  private static final int MOST_ATTEMPTS = 20;

  private SshSettings() {}

  /**
   * Reads a file: YAML, or the same as JSON. Whether its machines can be logged in to is not tried.
   *
   * @return the machines of each class, at least one
   * @throws IllegalArgumentException if it cannot be read, or is not what was expected; the message
   *     names file, place, what was found and what was expected
   */
  public static SortedMap<String, List<SshTarget>> read(Path file) {
    Section classes = Section.of(file.toString(), new ObjectMapper().valueToTree(document(file)));
    SortedMap<String, List<SshTarget>> targets = new TreeMap<>();
    for (String name : classes.names()) {
      try {
        var unused = new ResourceClass(name);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
      }
      List<SshTarget> machines = new ArrayList<>();
      for (Section machine : classes.list(name, "a list of machines, at least one")) {
        machines.add(target(machine, file.toAbsolutePath()));
      }
      targets.put(name, List.copyOf(machines));
    }
    return targets;
  }

  private static Object document(Path file) {
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file.toString()).setSchema(new CoreSchema()).build();
      return new Load(settings).loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e, e);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + ": is no YAML: " + e.getMessage(), e);
    }
  }

  private static SshTarget target(Section machine, Path file) {
    machine.only(
        "host",
        "port",
        "user",
        "key",
        "passphrase-env",
        "known-hosts",
        "folder",
        "connect-timeout",
        "connect-attempts",
        "slots");
    return new SshTarget(
        new SshTarget.Address(
            required(machine, "host", "the name of a host"),
            machine.whole("port", 1, MAX_PORT).orElse(SSH_PORT),
            required(machine, "user", "the name of a user there")),
        new SshTarget.Trust(
            file.resolveSibling(required(machine, "key", "the file of a private key")),
            machine.text("passphrase-env"),
            file.resolveSibling(
                required(machine, "known-hosts", "a file such as ~/.ssh/known_hosts"))),
        machine.text("folder").orElse(FOLDER),
        new SshTarget.Connecting(
            machine.duration("connect-timeout").orElse(CONNECT_TIMEOUT),
            machine.whole("connect-attempts", 1, MOST_ATTEMPTS).orElse(CONNECT_ATTEMPTS)),
        machine.whole("slots", 1, WorkerConfig.MAX_SLOTS).orElse(1));
  }

  private static String required(Section machine, String name, String expected) {
    return machine.text(name).orElseThrow(() -> machine.missing(name, expected));
  }
}
