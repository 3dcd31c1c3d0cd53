package io.tierflow.examples.weather;

import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.DecompositionSolver;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;

/**
 * Least squares of a level, a linear trend and two yearly harmonics on daily values: {@code y = a +
 * b t + sum over k of c_k cos(2 pi k t) + s_k sin(2 pi k t)}, with t in years. The design is
 * decomposed once; fitting further values at the same days is cheap. Immutable.
 */
final class SeasonalRegression {

  /** Where the trend per year is among the coefficients. */
  static final int TREND = 1;

  private static final int HARMONICS = 2;
  private static final double DAYS_PER_YEAR = 365.2425;

  private final RealMatrix design;
  private final DecompositionSolver solver;

  /**
   * Prepares the fit at these days.
   *
   * @param epochDays more than the coefficients, in any order
   * @throws IllegalArgumentException if there are too few days
   */
  SeasonalRegression(int[] epochDays) {
    int columns = 2 + 2 * HARMONICS;
    if (epochDays.length <= columns) {
      throw new IllegalArgumentException(
          "expected more than %d days, found %d".formatted(columns, epochDays.length));
    }
    // From the middle, so that level and trend are nearly independent.
    double origin = Arrays.stream(epochDays).average().orElseThrow();
    double[][] rows = new double[epochDays.length][columns];
    for (int i = 0; i < epochDays.length; i++) {
      rows[i][0] = 1;
      rows[i][TREND] = (epochDays[i] - origin) / DAYS_PER_YEAR;
      for (int k = 1; k <= HARMONICS; k++) {
        double angle = 2 * Math.PI * k * epochDays[i] / DAYS_PER_YEAR;
        rows[i][2 * k] = Math.cos(angle);
        rows[i][2 * k + 1] = Math.sin(angle);
      }
    }
    design = new Array2DRowRealMatrix(rows, false);
    solver = new QRDecomposition(design).getSolver();
  }

  /** The coefficients: level, trend per year, then cosine and sine of each harmonic. */
  double[] fit(double[] values) {
    return solver.solve(new ArrayRealVector(values, false)).toArray();
  }

  /** The model's values at the days. */
  double[] predict(double[] coefficients) {
    return design.operate(coefficients);
  }
}
