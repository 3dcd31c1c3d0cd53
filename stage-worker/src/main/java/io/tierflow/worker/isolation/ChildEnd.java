package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.util.Optional;

/**
 * What was seen of a child process that ended while a handler ran.
 *
 * @param exitCode its exit code; above 128 the number of a signal, and 128
 * @param grouped whether a control group limited it, else only the data limit of each process
 * @param memoryKills which of its processes the kernel killed for want of memory
 * @param peakBytes the most memory it used
 * @param memoryBytes the memory it might use
 * @param output the last it printed
 * @param crash what the Java machine wrote of its crash
 */
record ChildEnd(
    int exitCode,
    boolean grouped,
    MemoryKills memoryKills,
    long peakBytes,
    long memoryBytes,
    String output,
    Optional<String> crash) {

  private static final int SIGNALS = 128;
  private static final int KILLED = SIGNALS + 9;
  private static final String HEAP = "Terminating due to java.lang.OutOfMemoryError";
  private static final String NO_THREAD = "unable to create native thread";
  private static final String NATIVE = "insufficient memory for the Java Runtime Environment";

  /** Told apart by what only one of them leaves behind. */
  Failure failure() {
    if (memoryKills.any()) {
      return memoryKills.failure("the kernel killed it: " + memoryKills.why(memoryBytes), output);
    }
    if (hadNoThread()) {
      return Failure.of(
          FailureKind.HANDLER_ERROR,
          "no further thread can be started in the handler's process",
          output);
    }
    if (output.contains(HEAP)) {
      return outOfMemory(
          output
                  .lines()
                  .filter(line -> line.contains(HEAP))
                  .findFirst()
                  .map(line -> line.substring(line.indexOf("java.lang")))
                  .orElse(HEAP)
              + ", in a slot of "
              + mebibytes(memoryBytes)
              + " with a heap of "
              + mebibytes(JvmOptions.heap(memoryBytes)));
    }
    if (output.contains(NATIVE) || crash.filter(text -> text.contains(NATIVE)).isPresent()) {
      // Only where no group is, Java is refused what is more than its slot: by the data limit.
      String message = "its Java machine got no more memory from the system";
      return grouped ? Failure.outsideSlot(message, output) : outOfMemory(message);
    }
    // Without a control group nobody says who killed it; what it used does.
    if (exitCode == KILLED && peakBytes > memoryBytes / 10 * 9) {
      return outOfMemory("killed when it used " + mebibytes(peakBytes));
    }
    if (crash.isPresent()) {
      return Failure.of(
          FailureKind.HANDLER_ERROR,
          "the handler's process crashed (exit code " + exitCode + "): " + problem(crash.get()),
          crash.get());
    }
    return Failure.of(
        FailureKind.HANDLER_ERROR,
        exitCode > SIGNALS
            ? "the handler's process was killed by signal " + (exitCode - SIGNALS)
            : "the handler ended its process with exit code " + exitCode,
        output);
  }

  // Java calls it an OutOfMemoryError too, which it is not: the kernel refuses one thread too many.
  private boolean hadNoThread() {
    return output.contains(HEAP + ": " + NO_THREAD)
        || (exitCode == ChildLoop.BROKEN && output.contains(NO_THREAD));
  }

  private Failure outOfMemory(String message) {
    return Failure.of(FailureKind.OUT_OF_MEMORY, message, output);
  }

  private static String problem(String crash) {
    return crash
        .lines()
        .map(line -> line.replaceFirst("^#\\s*", ""))
        .filter(line -> line.startsWith("SIG") || line.startsWith("Internal Error"))
        .findFirst()
        .orElse("see the detail");
  }

  static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
