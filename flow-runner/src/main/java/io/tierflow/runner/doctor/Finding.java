package io.tierflow.runner.doctor;

/**
 * Something that is not as it should be.
 *
 * @param severity how bad it is
 * @param area what it belongs to
 * @param subject which thing, for example a topic's name
 * @param found how it is
 * @param expected how it should be, and what follows otherwise
 * @param mend the command, or the step, that mends it
 */
public record Finding(
    Severity severity, Area area, String subject, String found, String expected, String mend) {

  /** How bad a finding is. */
  public enum Severity {
    /** Something does not work, or loses data. */
    ERROR,
    /** It works, but not as well or as safely as it could. */
    WARNING
  }

  /** What is found about one area: the rest is said of each finding. */
  record In(Area area) {

    Finding error(String subject, String found, String expected, String mend) {
      return new Finding(Severity.ERROR, area, subject, found, expected, mend);
    }

    Finding warning(String subject, String found, String expected, String mend) {
      return new Finding(Severity.WARNING, area, subject, found, expected, mend);
    }
  }
}
