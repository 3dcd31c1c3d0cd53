package io.tierflow.runner.letters;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.tierflow.client.Page;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.runner.Runs;
import io.tierflow.schemas.FailureKind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BulkReplayTest {

  private static final ReplayChange AS_IT_WAS =
      new ReplayChange(Optional.empty(), Optional.empty());

  private final InMemoryLetters letters = new InMemoryLetters();
  private final Map<String, RunView> runs = new HashMap<>();
  private final RememberedReplays replays =
      new RememberedReplays(id -> Optional.ofNullable(runs.get(id)));
  private final BulkReplay bulk =
      new BulkReplay(letters, replays, InstantSource.fixed(ALetter.START));

  @Test
  void sendsEachRunOfASelectionOnce() {
    failed("r1", "fetch");
    failed("r2", "fetch");
    letters.add(ALetter.of("r1"));
    letters.add(ALetter.of("r2"));

    assertThat(bulk.replay(request(Map.of(), 100)).items())
        .containsExactly(
            new ReplayedLetter("0-0", "r1", "main/fetch", "replay-1", null),
            new ReplayedLetter("0-1", "r2", "main/fetch", "replay-2", null));
    assertThat(replays.sent()).containsExactly("r1 [main/fetch]", "r2 [main/fetch]");
  }

  @Test
  void makesOneReplayOfAllLettersOfARunHoweverTheListIsCut() {
    failed("r1", "fetch", "store");
    failed("r2", "fetch");
    letters.add(ALetter.of("r1"));
    letters.add(ALetter.of("r2"));
    letters.add(ALetter.of("r1").stage("main/store").after(3));

    List<ReplayedLetter> first = allParts(Map.of(), 1);
    assertThat(replays.sent()).containsExactly("r1 [main/fetch, main/store]", "r2 [main/fetch]");
    assertThat(first)
        .extracting(ReplayedLetter::replayRunId)
        .containsExactly("replay-1", "replay-2", "replay-1");

    assertThat(bulk.replay(request(Map.of(), 100)).items())
        .extracting(ReplayedLetter::skipped)
        .containsOnly("the same replay was sent before");
  }

  @Test
  void leavesOutStagesThatTheSelectionDoesNotMean() {
    failed("r1", "fetch", "store");
    letters.add(ALetter.of("r1"));
    letters.add(ALetter.of("r1").stage("main/store").failed(FailureKind.OUT_OF_MEMORY, "heap"));

    assertThat(bulk.replay(request(Map.of("error", "TIMED_OUT"), 100)).items()).hasSize(1);
    assertThat(replays.sent()).containsExactly("r1 [main/fetch]");
  }

  @Test
  void readsNoFurtherThanItsPartWhereNoOtherLetterCanBelongToIt() {
    for (int i = 0; i < 40; i++) {
      failed("r" + i, "fetch");
      letters.add(ALetter.of("r" + i));
    }
    bulk.replay(request(Map.of(), 10));

    assertThat(letters.read()).isEqualTo(10);
  }

  @Test
  void saysWhySomethingIsNotSent() {
    runs.put("r2", Runs.run("r2", "weather", 3, "RUNNING").view());
    letters.add(ALetter.of("gone"));
    letters.add(ALetter.of("r2"));
    letters.add(ALetter.undecodable("r3"));

    assertThat(bulk.replay(request(Map.of(), 100)).items())
        .extracting(ReplayedLetter::skipped)
        .containsExactly(
            null,
            "its run has not ended yet: it is RUNNING",
            "a record that could not be decoded holds no task to send again");
    assertThat(replays.sent()).containsExactly("gone alone main/fetch");
  }

  @Test
  void sendsEachLetterOfARunThatIsNoLongerKnownByItself() {
    letters.add(ALetter.of("gone"));
    letters.add(ALetter.of("gone").stage("main/store"));
    letters.add(ALetter.of("gone"));

    assertThat(bulk.replay(request(Map.of(), 100)).items())
        .containsExactly(
            new ReplayedLetter("0-0", "gone", "main/fetch", "replay-1", null, "and ends there"),
            new ReplayedLetter("0-1", "gone", "main/store", "replay-2", null, "and ends there"),
            new ReplayedLetter(
                "0-2", "gone", "main/fetch", "replay-1", "the same replay was sent before"));
    assertThat(bulk.replay(request(Map.of(), 100)).items())
        .extracting(ReplayedLetter::skipped)
        .containsOnly("the same replay was sent before");
  }

  @Test
  void sendsNothingInADryRunAndTellsWhatItWould() {
    failed("r1", "fetch");
    letters.add(ALetter.of("r1"));
    letters.add(ALetter.of("gone"));
    BulkReplay.Request dry =
        new BulkReplay.Request(LetterFilter.of(Map.of()), AS_IT_WAS, true, Optional.empty(), 100);

    assertThat(bulk.replay(dry).items())
        .containsExactly(
            new ReplayedLetter("0-0", "r1", "main/fetch", null, null),
            new ReplayedLetter("0-1", "gone", "main/fetch", null, null, "and ends there"));
    assertThat(replays.sent()).isEmpty();
  }

  @Test
  void sendsWithTheGivenInputToTheGivenClass() {
    failed("r1", "fetch");
    letters.add(ALetter.of("r1"));
    ReplayChange change = new ReplayChange(Optional.of("large"), Optional.of(IntNode.valueOf(7)));

    bulk.replay(
        new BulkReplay.Request(LetterFilter.of(Map.of()), change, false, Optional.empty(), 100));

    assertThat(replays.sent()).containsExactly("r1 [main/fetch] on large with 7");
  }

  @Test
  void doesNotTakeAnInputForOneElementAsThatOfItsWholeStage() {
    failed("r1", "fetch");
    letters.add(ALetter.of("r1").element(3));
    ReplayChange change = new ReplayChange(Optional.empty(), Optional.of(IntNode.valueOf(7)));

    Page<ReplayedLetter> page =
        bulk.replay(
            new BulkReplay.Request(LetterFilter.of(Map.of()), change, false, Optional.empty(), 9));

    assertThat(page.items())
        .singleElement()
        .satisfies(item -> assertThat(item.skipped()).startsWith("an element of a for-each"));
    assertThat(replays.sent()).isEmpty();
  }

  @Test
  void doesNotTakeOneInputForSeveralStages() {
    failed("r1", "fetch", "store");
    letters.add(ALetter.of("r1"));
    letters.add(ALetter.of("r1").stage("main/store"));
    ReplayChange change = new ReplayChange(Optional.empty(), Optional.of(IntNode.valueOf(7)));

    Page<ReplayedLetter> page =
        bulk.replay(
            new BulkReplay.Request(LetterFilter.of(Map.of()), change, true, Optional.empty(), 9));

    assertThat(page.items())
        .extracting(ReplayedLetter::skipped)
        .containsOnly("an input is for one stage; of its run, several are chosen");
  }

  private List<ReplayedLetter> allParts(Map<String, String> criteria, int limit) {
    List<ReplayedLetter> items = new ArrayList<>();
    BulkReplay.Request request = request(criteria, limit);
    while (request != null) {
      Page<ReplayedLetter> page = bulk.replay(request);
      items.addAll(page.items());
      request =
          page.nextCursor() == null
              ? null
              : new BulkReplay.Request(
                  request.filter(), AS_IT_WAS, false, Optional.of(page.nextCursor()), limit);
    }
    return items;
  }

  private static BulkReplay.Request request(Map<String, String> criteria, int limit) {
    return new BulkReplay.Request(
        LetterFilter.of(criteria), AS_IT_WAS, false, Optional.empty(), limit);
  }

  private void failed(String id, String... stages) {
    runs.put(
        id,
        Runs.run(id, "weather", 3, "FAILED")
            .ended(10)
            .pipeline(
                "main",
                "FAILED",
                List.of(),
                Stream.of(stages)
                    .map(stage -> Runs.stage(stage, "FAILED", "small"))
                    .toArray(StageView[]::new))
            .view());
  }
}
