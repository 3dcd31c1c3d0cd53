package io.tierflow.examples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeasonalRegressionTest {

  private static final double YEAR = 365.2425;
  private static final int[] DAYS = IntStream.range(15_000, 15_000 + 4 * 365).toArray();
  private static final double MIDDLE = 15_000 + (4 * 365 - 1) / 2.0;

  private static double[] series(double trend, double noise) {
    Random random = new Random(7);
    return IntStream.of(DAYS)
        .mapToDouble(
            day ->
                11
                    + trend * (day - MIDDLE) / YEAR
                    + 8 * Math.cos(2 * Math.PI * day / YEAR)
                    - 3 * Math.sin(2 * Math.PI * day / YEAR)
                    + 0.5 * Math.cos(4 * Math.PI * day / YEAR)
                    + noise * random.nextGaussian())
        .toArray();
  }

  @Test
  void findsTheCoefficientsThatMadeASeries() {
    double[] found = new SeasonalRegression(DAYS).fit(series(0.25, 0));

    assertThat(found).containsExactly(new double[] {11, 0.25, 8, -3, 0.5, 0}, within(1e-9));
  }

  @Test
  void bootstrapCoversTheTrendAndAgreesWithTheoryForIndependentNoise() throws Exception {
    BlockBootstrap bootstrap = new BlockBootstrap(2000, 1, 1);
    SeasonalRegression regression = new SeasonalRegression(DAYS);

    BlockBootstrap.Interval interval = bootstrap.trend(regression, series(0.25, 2), done -> {});

    // The standard error of a slope is sigma / sqrt(sum (t - mean)^2); t spans four years evenly.
    double sumOfSquares = IntStream.of(DAYS).mapToDouble(d -> sq((d - MIDDLE) / YEAR)).sum();
    double width = 2 * 1.96 * 2 / Math.sqrt(sumOfSquares);
    assertThat(interval.low()).isLessThan(0.25);
    assertThat(interval.high()).isGreaterThan(0.25);
    assertThat(interval.high() - interval.low()).isCloseTo(width, within(0.12 * width));
  }

  @Test
  void givesTheSameIntervalForTheSameSeed() throws Exception {
    SeasonalRegression regression = new SeasonalRegression(DAYS);
    double[] values = series(0.1, 2);

    assertThat(new BlockBootstrap(100, 30, 5).trend(regression, values, done -> {}))
        .isEqualTo(new BlockBootstrap(100, 30, 5).trend(regression, values, done -> {}));
  }

  @Test
  void refusesTooFewDays() {
    assertThatThrownBy(() -> new SeasonalRegression(new int[] {1, 2, 3}))
        .hasMessage("expected more than 6 days, found 3");
  }

  private static double sq(double value) {
    return value * value;
  }
}
