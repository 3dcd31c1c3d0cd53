package io.tierflow.flow.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.TreeSet;

/** Guesses what a mistyped name was meant to be. */
final class Nearest {

  private Nearest() {}

  /** {@code " (did you mean large?)"}, or nothing when no name is near. */
  static String suggestion(String found, Collection<String> names) {
    int allowed = found.length() < 2 ? 0 : Math.max(1, found.length() / 3);
    return new TreeSet<>(names)
        .stream()
            .filter(name -> Math.abs(name.length() - found.length()) <= allowed)
            .filter(name -> distance(found, name) <= allowed)
            .min(Comparator.comparingInt(name -> distance(found, name)))
            .map(name -> " (did you mean " + name + "?)")
            .orElse("");
  }

  /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
  private static int distance(String from, String to) {
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
