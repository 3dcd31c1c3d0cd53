package io.tierflow.worker.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ControlGroupsTest {

  @Test
  void areFoundOutOnceForAllClassesOfTheProcess() {
    ControlGroups first = ControlGroups.ofThisProcess();

    assertThat(ControlGroups.ofThisProcess()).isSameAs(first);
  }
}
