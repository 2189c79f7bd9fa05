package io.tributary.events.bills;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the beginning of a file that cannot be read as a bill says of it. */
final class BillSniff {

  private static final int BEGIN_BYTES = 1 << 16;

  private BillSniff() {}

  /**
   * Whether the file is meant to be a bill, and is damaged or in another encoding: it is Parquet,
   * or its header is that of a bill, or not even its beginning can be unpacked.
   */
  static boolean looksLikeBill(BillSource source) throws IOException {
    ByteArrayOutputStream begin = new ByteArrayOutputStream();
    try (InputStream in = source.open()) {
      while (begin.size() < BEGIN_BYTES) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        begin.write(next);
      }
    } catch (IOException e) {
      if (begin.size() == 0) {
        return true;
      }
    }
    byte[] bytes = begin.toByteArray();
    if (new String(bytes, 0, Math.min(3, bytes.length), StandardCharsets.US_ASCII).equals("PAR")) {
      return true;
    }
    String text = text(bytes).strip();
    return text.startsWith("{")
        ? isBill(members(text.lines().findFirst().orElse("")))
        : CsvTable.headers(text).stream().anyMatch(BillSniff::isBill);
  }

  private static boolean isBill(List<String> header) {
    return !BillFormat.matching(header).isEmpty();
  }

  /** The text where names of ASCII are concerned, whatever the encoding. */
  private static String text(byte[] bytes) throws IOException {
    TextEncoding.Opened opened =
        new TextEncoding(StandardCharsets.ISO_8859_1).open(new ByteArrayInputStream(bytes));
    return new String(opened.in().readAllBytes(), opened.charset());
  }

  private static List<String> members(String line) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    try {
      boolean unused = new JsonMembers().read(line, "", (name, value) -> names.add(name));
    } catch (JsonProcessingException e) {
      // What came before the error is what there is.
      return List.copyOf(names);
    }
    return List.copyOf(names);
  }
}
