package io.tierflow.standalone.dev;

import io.tierflow.standalone.process.RestartPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link DevCluster} consists of. Immutable.
 *
 * @param dataDir folder of all data and logs; used again, it holds what it held
 * @param httpPort the runner's port; 0 takes a free one
 * @param kafkaPort the broker's port; 0 takes a free one
 * @param pools resource class to slots, one worker process each, in this order
 * @param restarts whether processes that die are started again
 * @param runner what the runner is started with
 * @param workerOptions further options of the command {@code worker}, the same for all pools
 */
public record DevConfig(
    Path dataDir,
    int httpPort,
    int kafkaPort,
    Map<String, Integer> pools,
    RestartPolicy restarts,
    RunnerSetup runner,
    List<String> workerOptions) {

  /**
   * What the runner is started with beside its addresses.
   *
   * @param inProcessSlots slots inside the runner for each pool's class; 0 for none
   * @param ssh the settings file of the machines that are reached by SSH; empty for none
   * @param alertWebhooks where what is missing is posted to, beside the log
   */
  public record RunnerSetup(int inProcessSlots, Optional<Path> ssh, List<URI> alertWebhooks) {

    /** No workers inside the runner, and no webhook. */
    public static final RunnerSetup PLAIN = new RunnerSetup(0, Optional.empty(), List.of());

    /**
     * Checks the slots.
     *
     * @throws IllegalArgumentException if there are less than none
     */
    public RunnerSetup {
      if (inProcessSlots < 0) {
        throw new IllegalArgumentException(
            "in-process slots: found " + inProcessSlots + ", expected 0 or more");
      }
      ssh = ssh.map(file -> file.toAbsolutePath().normalize());
      alertWebhooks = List.copyOf(alertWebhooks);
    }
  }

  /**
   * Checks the pools.
   *
   * @throws IllegalArgumentException if a pool has no slot
   */
  public DevConfig {
    dataDir = dataDir.toAbsolutePath().normalize();
    workerOptions = List.copyOf(workerOptions);
    pools = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
    pools.forEach(
        (resourceClass, slots) -> {
          if (slots < 1) {
            throw new IllegalArgumentException(
                "pool " + resourceClass + ": found " + slots + " slots, expected at least 1");
          }
        });
  }

  /** The pools {@code small} with 7 slots and {@code large} with 1, in this order. */
  public static Map<String, Integer> defaultPools() {
    Map<String, Integer> pools = new LinkedHashMap<>();
    pools.put("small", 7);
    pools.put("large", 1);
    return pools;
  }

  /** Free ports, the default pools, and dead processes left dead: for tests. */
  public static DevConfig in(Path dataDir) {
    return new DevConfig(
        dataDir, 0, 0, defaultPools(), RestartPolicy.never(), RunnerSetup.PLAIN, List.of());
  }

  /** The same, with these pools. */
  public DevConfig withPools(Map<String, Integer> newPools) {
    return new DevConfig(dataDir, httpPort, kafkaPort, newPools, restarts, runner, workerOptions);
  }

  /** The same, with these ports (0 takes a free one). */
  public DevConfig withPorts(int newHttpPort, int newKafkaPort) {
    return new DevConfig(
        dataDir, newHttpPort, newKafkaPort, pools, restarts, runner, workerOptions);
  }

  /** The same, with this policy for processes that die. */
  public DevConfig withRestarts(RestartPolicy newRestarts) {
    return new DevConfig(dataDir, httpPort, kafkaPort, pools, newRestarts, runner, workerOptions);
  }

  /** The same, with a runner that is started so. */
  public DevConfig withRunner(RunnerSetup newRunner) {
    return new DevConfig(dataDir, httpPort, kafkaPort, pools, restarts, newRunner, workerOptions);
  }
}
