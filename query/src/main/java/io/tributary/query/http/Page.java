package io.tributary.query.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The files of the dashboard, held in memory; nothing else can be asked for. */
final class Page {

  private static final String FILES = "/io/tributary/query/page/";
  private static final String CHARTS = "/META-INF/resources/webjars/echarts/5.3.1/dist/";

  private record File(String contentType, String caching, byte[] bytes) {}

  private final Map<String, File> files = new LinkedHashMap<>();

  Page() {
    add("/", FILES + "index.html", "text/html; charset=utf-8");
    add("/style.css", FILES + "style.css", "text/css; charset=utf-8");
    add("/icon.svg", FILES + "icon.svg", "image/svg+xml");
    for (String script : Set.of("app", "api", "breakdown", "chart", "money", "periods")) {
      add("/" + script + ".js", FILES + script + ".js", "text/javascript; charset=utf-8");
    }
    add("/openapi.yaml", FILES + "openapi.yaml", "application/yaml; charset=utf-8");
    // Its address names its version, so it may be kept for ever.
    files.put(
        "/echarts-5.3.1.min.js",
        new File(
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
            read(CHARTS + "echarts.min.js")));
  }

  private void add(String path, String resource, String contentType) {
    files.put(path, new File(contentType, "no-cache", read(resource)));
  }

  private static byte[] read(String resource) {
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  Set<String> paths() {
    return files.keySet();
  }

  /** Answers a request for one of {@link #paths}. */
  void serve(Context request) {
    File file = files.get(request.path());
    if (file == null) {
      throw new IllegalStateException("no file " + request.path());
    }
    request
        .header("Cache-Control", file.caching())
        .contentType(file.contentType())
        .result(file.bytes());
  }
}
