package io.tierflow.runner.alerts;

import java.util.LinkedHashMap;
import java.util.Map;

/** The keys of the last alerts that were handed over, a bounded number. One thread owns it. */
final class RecentKeys {

  private final Map<String, Boolean> keys;

  RecentKeys(int most) {
    this.keys =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > most;
          }
        };
  }

  boolean contains(String key) {
    return keys.containsKey(key);
  }

  void add(String key) {
    keys.put(key, true);
  }
}
