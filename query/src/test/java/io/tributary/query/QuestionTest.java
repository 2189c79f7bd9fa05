package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTest {

  @Test
  void asksForTheEffectiveCostOfAllBasesByDefault() {
    assertThat(Question.about("acme").build())
        .isEqualTo(
            new Question(
                "acme",
                List.of(),
                Measure.EFFECTIVE,
                null,
                null,
                List.of(),
                BasisChoice.ALL,
                null));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-05, 2026-01-05T00:00:00Z",
    "2026-01-05T13:00:00Z, 2026-01-05T13:00:00Z",
    "2026-01-05T13:00:00+01:00, 2026-01-05T12:00:00Z",
    "2026-01, 2026-01-01T00:00:00Z"
  })
  void readsTimesInUtc(String text, Instant time) {
    assertThat(Question.about("acme").from(text).build().from()).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026",
        "2026-1-5",
        "2026-02-30",
        "2026-13",
        "2026-01-05T13:00",
        "yesterday",
        "+12345-01-01",
        "-0001-01-01"
      })
  void refusesWhatIsNoTime(String text) {
    assertInvalid(() -> Question.about("acme").to(text), "to is a UTC time like");
  }

  @Test
  void splitsAConditionAtItsFirstEqualsSign() {
    Question question = Question.about("acme").where("Team=a=b").where("Env=").build();

    assertThat(question.where())
        .containsExactly(
            new Condition("Team", new TreeSet<>(Set.of("a=b")), false),
            new Condition("Env", new TreeSet<>(Set.of("")), false));
  }

  @Test
  void takesValuesOfOneNameAsAlternatives() {
    Question question =
        Question.about("acme").where("Team=web").where("Team=data").whereNull("Team").build();

    assertThat(question.where())
        .containsExactly(new Condition("Team", new TreeSet<>(Set.of("data", "web")), true));
  }

  @Test
  void tellsSnapshotsInstantsAndDaysApart() {
    assertThat(Question.about("acme").asOf("8744736658442914487").build().asOf())
        .isEqualTo(new AsOf.Snapshot(8744736658442914487L));
    assertThat(Question.about("acme").asOf("2026-01-05T13:00:00Z").build().asOf())
        .isEqualTo(new AsOf.Time(Instant.parse("2026-01-05T13:00:00Z")));
    assertThat(Question.about("acme").asOf("2026-01-05").build().asOf())
        .as("a day is as reported at its end")
        .isEqualTo(new AsOf.Time(Instant.parse("2026-01-06T00:00:00Z")));
  }

  @Test
  void refusesPartsThatDoNotMakeAQuestion() {
    assertInvalid(() -> Question.about("").build(), "the tenant is missing");
    assertInvalid(() -> Question.about("acme").by("Team,").build(), "an empty name");
    assertInvalid(() -> Question.about("acme").by("Team,Team").build(), "asked for twice");
    assertInvalid(() -> Question.about("acme").by("cost").build(), "User:Defined:cost");
    assertInvalid(() -> Question.about("acme").measure("Billed"), "effective, billed, list");
    assertInvalid(() -> Question.about("acme").basis("actual"), "all, billed, estimated");
    assertInvalid(() -> Question.about("acme").where("Team"), "where is NAME=VALUE");
    assertInvalid(() -> Question.about("acme").where("=web"), "where is NAME=VALUE");
    assertInvalid(() -> Question.about("acme").whereNull(""), "needs a name");
    assertInvalid(() -> Question.about("acme").asOf("99999999999999999999"), "as-of is");
    assertInvalid(() -> Question.about("acme").asOf("9999999999999999999"), "too large");
    assertInvalid(
        () -> Question.about("acme").from("2026-02").to("2026-02").build(), "is not before");
  }

  private static void assertInvalid(ThrowingCallable asking, String message) {
    assertThatThrownBy(asking)
        .isInstanceOfSatisfying(
            QuestionException.class,
            e -> {
              assertThat(e.code()).isEqualTo(QuestionException.Code.INVALID_PARAMETER);
              assertThat(e.code().status()).isEqualTo(400);
              assertThat(e.problem()).contains(message).doesNotContain("\n");
            });
  }
}
