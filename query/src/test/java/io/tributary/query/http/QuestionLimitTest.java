package io.tributary.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuestionLimitTest {

  private final QuestionLimit limit = new QuestionLimit(2);

  @Test
  void refusesATenantMoreThanItMayAskAtOnceAndNobodyElse() {
    limit.within(
        "acme",
        () ->
            limit.within(
                "acme",
                () -> {
                  assertThatThrownBy(() -> limit.within("acme", () -> "third"))
                      .isInstanceOfSatisfying(
                          ApiException.class, e -> assertThat(e.status()).isEqualTo(429));
                  assertThat(limit.within("other", () -> "first")).isEqualTo("first");
                  return "second";
                }));

    assertThat(limit.within("acme", () -> "again")).isEqualTo("again");
  }

  @Test
  void countsAnAnswerThatFailedAsOver() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  limit.within(
                      "acme",
                      () -> {
                        throw new IllegalStateException("failed");
                      }))
          .hasMessage("failed");
    }
  }
}
