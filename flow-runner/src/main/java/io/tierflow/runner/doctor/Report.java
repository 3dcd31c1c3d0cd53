package io.tierflow.runner.doctor;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What came of looking at a deployment.
 *
 * @param findings errors first, then in the areas' order
 * @param looked for each area what was looked at, in words
 */
public record Report(List<Finding> findings, Map<Area, String> looked) {

  /** Sorts and copies. */
  public Report {
    findings =
        findings.stream()
            .sorted(Comparator.comparing(Finding::severity).thenComparing(Finding::area))
            .toList();
    looked = Map.copyOf(looked);
  }

  /** How many findings are of one kind. */
  public long count(Finding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  /** How many findings of one area are of one kind. */
  public long count(Area area, Finding.Severity severity) {
    return findings.stream()
        .filter(finding -> finding.area() == area && finding.severity() == severity)
        .count();
  }

  /** Whether anything does not work or loses data. */
  public boolean hasErrors() {
    return count(Finding.Severity.ERROR) > 0;
  }
}
