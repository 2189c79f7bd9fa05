package io.tributary.proof;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An S3 server in a process of its own; it takes any credentials. */
record S3UnderTest(String endpoint, ServerProcess server) implements AutoCloseable {

  static final String BUCKET = "costs";
  static final String ACCESS_KEY = "id-of-the-key";
  static final String SECRET_KEY = "s3cret-of-the-key";
  static final String REGION = "us-east-1";

  static S3UnderTest start(Path directory) throws IOException, InterruptedException {
    int port = ServerProcess.freePort();
    ServerProcess server =
        ServerProcess.start(
            ServerProcess.ownJdk(),
            directory,
            Map.of(),
            List.of(
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                ServerProcess.classpath("s3.txt"),
                "--com.adobe.testing.s3mock.http-port=" + port,
                "--server.port=0",
                "--com.adobe.testing.s3mock.store.root=" + directory.resolve("objects"),
                "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET));
    String endpoint = "http://127.0.0.1:" + port;
    server.await(URI.create(endpoint + "/"), BUCKET, Duration.ofSeconds(60));
    return new S3UnderTest(endpoint, server);
  }

  @Override
  public void close() throws InterruptedException {
    server.close();
  }
}
