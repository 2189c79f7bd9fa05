package io.tributary.jobs.cli;

import io.tributary.events.bills.BillProgress;
import io.tributary.jobs.RunProgress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows on a terminal's stderr how far long work is; silent where there is no terminal. */
final class ConsoleProgress implements BillProgress, RunProgress, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ConsoleProgress.class);

  private final boolean shown = System.console() != null;
  private @Nullable ProgressBar bar;
  private String task = "";

  @Override
  public void rows(Path file, long rows) {
    step("reading " + file.getFileName(), rows, -1);
  }

  @Override
  public void published(long records) {
    if (records % 1_000 == 0) {
      step("publishing", records, -1);
    }
  }

  /** Shows {@code done} of {@code total} steps of a task; a negative total is unknown. */
  synchronized void step(String name, long done, long total) {
    if (!shown) {
      return;
    }
    if (!name.equals(task)) {
      close();
      task = name;
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .build();
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public Watching consumed(String bootstrapServers, String group, Map<TopicPartition, Long> ends) {
    if (!shown) {
      return () -> {};
    }
    long total = ends.values().stream().mapToLong(Long::longValue).sum();
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    Admin admin = Admin.create(properties);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    var unused =
        timer.scheduleWithFixedDelay(
            () -> step("attributing", committed(admin, group), total),
            500,
            500,
            TimeUnit.MILLISECONDS);
    return () -> {
      timer.shutdownNow();
      admin.close();
      close();
    };
  }

  private static long committed(Admin admin, String group) {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(5, TimeUnit.SECONDS)
          .values()
          .stream()
          .filter(offset -> offset != null)
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the job has not said how far it is", e);
      return 0;
    }
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    task = "";
  }
}
