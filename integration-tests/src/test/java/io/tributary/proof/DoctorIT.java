package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.catalog.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} against PostgreSQL, S3 and a broker, in order and out of order. */
@Timeout(300)
class DoctorIT {

  @TempDir private static Path home;
  @AutoClose private static final Started STARTED = new Started();
  private static PostgresUnderTest postgres;
  private static KafkaUnderTest kafka;
  private static S3UnderTest s3;

  @BeforeAll
  static void start() throws Exception {
    postgres = STARTED.add(PostgresUnderTest.start());
    s3 = STARTED.add(S3UnderTest.start(home.resolve("s3")));
    kafka = STARTED.add(KafkaUnderTest.start(home.resolve("kafka")));
  }

  private static List<String> problems(Cli.Outcome doctor) {
    assertThat(doctor.out() + doctor.err()).doesNotContain(StoredWarehouse.SECRETS);
    return doctor.out().lines().filter(line -> line.startsWith("problem")).toList();
  }

  private static Path config(StoredWarehouse warehouse) throws Exception {
    new Topics(warehouse.prefix()).create(kafka.bootstrapServers(), 2);
    return warehouse.configuration(kafka.bootstrapServers());
  }

  @Test
  void everythingInOrderIsFineAndLeavesNothingBehind() throws Exception {
    StoredWarehouse warehouse =
        StoredWarehouse.owned(
            "in_order", home, postgres, "s3://" + S3UnderTest.BUCKET + "/doctor", s3.endpoint());
    Warehouse.open(warehouse.settings()).close();
    Cli.Outcome doctor = Cli.run("doctor", "--config", config(warehouse));
    assertThat(problems(doctor)).isEmpty();
    assertThat(doctor.exitCode()).isZero();
    assertThat(doctor.out())
        .contains("ok       catalog: it opens\n")
        .contains("ok       rights of the catalog's user: it may write\n")
        .contains("ok       storage s3://" + S3UnderTest.BUCKET + "/doctor")
        .contains("ok       clock beside the database of the catalog: no more than 5 s apart\n")
        .contains("ok       clock beside the object store: no more than 5 s apart\n");
  }

  @Test
  void aStoreThatIsNotThereIsNamedWithoutItsKey() throws Exception {
    StoredWarehouse made =
        StoredWarehouse.owned(
            "no_store", home, postgres, "s3://" + S3UnderTest.BUCKET + "/gone", s3.endpoint());
    Warehouse.open(made.settings()).close();
    Path config = config(made);
    Files.writeString(
        config, Files.readString(config).replace(s3.endpoint(), "http://127.0.0.1:1"));
    Cli.Outcome doctor = Cli.run("doctor", "--config", config);
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(problems(doctor))
        .singleElement()
        .asString()
        .contains("clock beside the object store");
    assertThat(doctor.out())
        .contains("unseen   catalog: could not be seen: a server that it needs does not answer;");
  }

  @Test
  void aUserWhoMayOnlyReadIsNoneForAStream() throws Exception {
    String location = home.resolve("data").toUri().toString();
    StoredWarehouse made = StoredWarehouse.prepared("reader", home, postgres, location);
    Warehouse.open(made.settings()).close();
    Path config = config(made);
    Files.writeString(
        config,
        Files.readString(config)
            .replace("user: reader", "user: " + StoredWarehouse.analyst("reader")));
    Cli.Outcome doctor = Cli.run("doctor", "--config", config);
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(problems(doctor))
        .singleElement()
        .asString()
        .startsWith(
            "problem  rights of the catalog's user: it may not INSERT ON iceberg_namespace_properties, INSERT ON"
                + " iceberg_tables, UPDATE ON iceberg_tables; GRANT them");
  }

  @Test
  void aWrongPasswordIsNamedAndNotShown() throws Exception {
    StoredWarehouse made =
        StoredWarehouse.prepared(
            "locked_out", home, postgres, home.resolve("x").toUri().toString());
    Path config = config(made);
    Files.writeString(made.directory().resolve("password"), "another-of-the-catalog\n");
    Cli.Outcome doctor = Cli.run("doctor", "--config", config);
    assertThat(problems(doctor))
        .singleElement()
        .asString()
        .contains("clock beside the database of the catalog: it does not answer: ");
    assertThat(doctor.out()).contains("unseen   catalog: could not be seen: ");
    assertThat(doctor.out() + doctor.err()).doesNotContain("another-of-the-catalog");
  }
}
