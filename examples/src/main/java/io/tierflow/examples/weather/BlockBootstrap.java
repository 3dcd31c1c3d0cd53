package io.tierflow.examples.weather;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.hipparchus.random.RandomGenerator;
import org.hipparchus.random.Well19937c;
import org.hipparchus.stat.descriptive.rank.Percentile;

/**
 * A moving-block bootstrap of a regression's trend. Weather remembers yesterday, so residuals are
 * drawn in blocks of consecutive days; drawn one by one they would give intervals that are too
 * narrow. The same seed gives the same result. Immutable.
 *
 * @param resamples how many series are drawn
 * @param blockDays how many consecutive days are drawn together
 * @param seed of the random generator
 */
record BlockBootstrap(int resamples, int blockDays, long seed) {

  /** How many resamples lie between two looks at the interrupt flag. */
  private static final int STEP = 50;

  /** A 95% interval of the trend per year. */
  record Interval(double low, double high) {}

  /**
   * Draws series and fits each.
   *
   * @param done told how many have been fitted, now and then
   * @throws InterruptedException when the thread is interrupted meanwhile
   */
  Interval trend(SeasonalRegression regression, double[] values, IntConsumer done)
      throws InterruptedException {
    double[] fitted = regression.predict(regression.fit(values));
    double[] residuals = new double[values.length];
    Arrays.setAll(residuals, i -> values[i] - fitted[i]);
    RandomGenerator random = new Well19937c(seed);
    double[] trends = new double[resamples];
    double[] drawn = new double[values.length];
    for (int r = 0; r < resamples; r++) {
      if (r % STEP == 0) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted after " + r + " resamples");
        }
        done.accept(r);
      }
      draw(random, fitted, residuals, drawn);
      trends[r] = regression.fit(drawn)[SeasonalRegression.TREND];
    }
    Percentile percentile = new Percentile();
    percentile.setData(trends);
    return new Interval(percentile.evaluate(2.5), percentile.evaluate(97.5));
  }

  private void draw(RandomGenerator random, double[] fitted, double[] residuals, double[] drawn) {
    int block = Math.min(blockDays, residuals.length);
    for (int start = 0; start < drawn.length; start += block) {
      int from = random.nextInt(residuals.length - block + 1);
      for (int i = 0; i < block && start + i < drawn.length; i++) {
        drawn[start + i] = fitted[start + i] + residuals[from + i];
      }
    }
  }
}
