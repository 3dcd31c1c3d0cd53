package io.tierflow.wire.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a payload's chunks lie, as text: {@code kafka:<partition>:<offsets>:<size>:<sha-256>}, with
 * runs of offsets written as {@code 7-12} and separated by commas, for example {@code
 * kafka:0:3-5,9:2000000:e3b0c4…}.
 *
 * @param offsets of the chunks, ascending
 * @param size bytes in all
 * @param sha256 of all bytes, in lower-case hexadecimal
 */
record PayloadReference(int partition, List<Long> offsets, int size, String sha256) {

  /** A chunk is at most this long; all but a payload's last are exactly this long. */
  static final int CHUNK_BYTES = 512 * 1024;

  private static final Pattern TEXT =
      Pattern.compile(
          "kafka:(\\d{1,9}):(\\d{1,18}(?:-\\d{1,18})?(?:,\\d{1,18}(?:-\\d{1,18})?)*)"
              + ":(\\d{1,10}):([0-9a-f]{64})");
  private static final Pattern RUN = Pattern.compile("(\\d+)(?:-(\\d+))?");

  PayloadReference {
    offsets = List.copyOf(offsets);
  }

  /** How many chunks a payload of a size takes: one even for an empty one. */
  static int chunks(int size) {
    return Math.max(1, -Math.floorDiv(-size, CHUNK_BYTES));
  }

  /**
   * Reads the text form.
   *
   * @throws PayloadException.Lost if the text is not such a reference
   */
  static PayloadReference parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new PayloadException.Lost(
          "payload " + text + ": expected a reference kafka:<partition>:<offsets>:<size>:<sha-256>",
          null);
    }
    long size = Long.parseLong(matcher.group(3));
    if (size > Integer.MAX_VALUE) {
      throw new PayloadException.Lost("payload " + text + ": larger than 2 GiB", null);
    }
    int chunks = chunks((int) size);
    List<Long> offsets = offsets(matcher.group(2), chunks);
    if (offsets.size() != chunks) {
      throw new PayloadException.Lost(
          "payload " + text + ": expected " + chunks + " ascending offsets for its size", null);
    }
    return new PayloadReference(
        Integer.parseInt(matcher.group(1)), offsets, (int) size, matcher.group(4));
  }

  /** The text form. */
  @Override
  public String toString() {
    StringBuilder runs = new StringBuilder();
    for (int i = 0; i < offsets.size(); i++) {
      int first = i;
      while (i + 1 < offsets.size() && offsets.get(i + 1) == offsets.get(i) + 1) {
        i++;
      }
      runs.append(runs.isEmpty() ? "" : ",").append(offsets.get(first));
      if (i > first) {
        runs.append('-').append(offsets.get(i));
      }
    }
    return "kafka:" + partition + ":" + runs + ":" + size + ":" + sha256;
  }

  /** The offsets of the runs; more than the limit, or none, where they make no sense. */
  private static List<Long> offsets(String runs, int limit) {
    List<Long> offsets = new ArrayList<>();
    Matcher run = RUN.matcher(runs);
    while (run.find()) {
      long first = Long.parseLong(run.group(1));
      long last = run.group(2) == null ? first : Long.parseLong(run.group(2));
      boolean ascending =
          last >= first && (offsets.isEmpty() || offsets.get(offsets.size() - 1) < first);
      if (!ascending) {
        return List.of();
      }
      for (long offset = first; offset <= last && offsets.size() <= limit; offset++) {
        offsets.add(offset);
      }
    }
    return offsets;
  }
}
