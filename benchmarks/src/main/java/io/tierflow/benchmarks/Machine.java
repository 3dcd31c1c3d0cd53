package io.tierflow.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * What the figures were measured on.
 *
 * @param processors how many, and which
 * @param memory of the machine
 * @param system its operating system
 * @param java the JVM
 * @param kafka version of clients and broker
 */
record Machine(String processors, String memory, String system, String java, String kafka) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** This one. */
  static Machine here() throws IOException {
    long bytes =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
            .getTotalMemorySize();
    return new Machine(
        Runtime.getRuntime().availableProcessors() + " × " + processor(),
        Math.round(bytes / (double) (1 << 30)) + " GiB",
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        "Java " + Runtime.version(),
        "Kafka " + AppInfoParser.getVersion());
  }

  String inOneLine() {
    return String.join(", ", processors, memory, system, java, kafka);
  }

  private static String processor() throws IOException {
    List<String> lines = Files.exists(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
