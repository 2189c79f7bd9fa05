package io.tributary.proof;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** A cluster of two task managers with one slot each, which may be lost and replaced. */
final class TaskManagers implements AutoCloseable {

  private final MiniCluster cluster;
  private final List<Integer> alive = new ArrayList<>(List.of(0, 1));
  private int started = 2;

  private TaskManagers(MiniCluster cluster) {
    this.cluster = cluster;
  }

  static TaskManagers start(Path directory) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(192));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
    configuration.set(CoreOptions.TMP_DIRS, Files.createDirectories(directory).toString());
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(2)
                .setNumSlotsPerTaskManager(1)
                .withRandomPorts()
                .build());
    cluster.start();
    return new TaskManagers(cluster);
  }

  MiniCluster cluster() {
    return cluster;
  }

  /** Ends one, and starts another a little later. */
  String replaceOne(SplittableRandom random) throws Exception {
    int lost = alive.remove(random.nextInt(alive.size()));
    cluster.terminateTaskManager(lost).get();
    Feed.pause(Duration.ofMillis(random.nextInt(500)));
    cluster.startTaskManager();
    alive.add(started++);
    return "task manager " + lost;
  }

  /** More than one job has use for. */
  void addTwo() throws Exception {
    for (int i = 0; i < 2; i++) {
      cluster.startTaskManager();
      alive.add(started++);
    }
  }

  /** Once no job runs. */
  void endTwo() throws Exception {
    for (int i = 0; i < 2; i++) {
      cluster.terminateTaskManager(alive.remove(0)).get();
    }
  }

  /** Interrupts the thread of one task, which then fails wherever it is. */
  static String interruptATask(HurtStream stream, SplittableRandom random)
      throws InterruptedException {
    int restarts = stream.restarts();
    while (true) {
      List<Thread> tasks = tasks();
      Thread task = tasks.get(random.nextInt(tasks.size()));
      task.interrupt();
      for (int i = 0; i < 50; i++) {
        if (stream.restarts() > restarts) {
          return task.getName();
        }
        Thread.sleep(20);
      }
    }
  }

  private static List<Thread> tasks() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread -> {
              ThreadGroup group = thread.getThreadGroup();
              return group != null
                  && group.getName().equals("Flink Task Threads")
                  && thread.getName().contains("#")
                  && !thread.getName().startsWith("Cancel");
            })
        .sorted(Comparator.comparing(Thread::getName))
        .toList();
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
