package io.tierflow.runner;

import java.util.LinkedHashMap;
import java.util.Map;

/** The keys that were added last, a bounded number. One thread owns it. */
public final class RecentKeys {

  private final Map<String, Boolean> keys;

  /** None yet, and never more than {@code most}: then the oldest leaves. */
  public RecentKeys(int most) {
    this.keys =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > most;
          }
        };
  }

  /** Whether a key is among them. */
  public boolean contains(String key) {
    return keys.containsKey(key);
  }

  /** Adds a key. */
  public void add(String key) {
    keys.put(key, true);
  }
}
