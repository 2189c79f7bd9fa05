package io.tributary.proof;

import io.tributary.jobs.cli.Tributary;
import java.nio.file.Path;

/** The command {@code run} in this process, ended by an interrupt; its checkpoints stay. */
final class RunInThread implements AutoCloseable {

  private final Thread thread;

  private RunInThread(Thread thread) {
    this.thread = thread;
  }

  static RunInThread start(Path configuration) throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              int unused = Tributary.run("run", "--config", configuration.toString());
            },
            "run " + configuration);
    thread.start();
    // It takes its streams at once, and would take those of another command that runs meanwhile.
    thread.join(500);
    return new RunInThread(thread);
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
