package io.tierflow.flow;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which runs go first where many wait for one resource class. */
public enum Priority {
  /** Bulk work: sent to a class only as far as its workers take it soon. */
  @JsonProperty("low")
  LOW,
  /** What is not said otherwise. */
  @JsonProperty("normal")
  NORMAL,
  /** Never waits its turn. */
  @JsonProperty("high")
  HIGH;

  /** The word for it in flow files, on the command line and in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The words for all, lowest first. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Priority::word).toList();
  }

  /** The one that this word is for; empty when it is none. */
  public static Optional<Priority> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
  }
}
