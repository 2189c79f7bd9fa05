package io.tributary.events;

/** Foreign text in a message for people. */
public final class Quoted {

  private static final int SHOWN = 60;

  private Quoted() {}

  /** The beginning of {@code text} in quotation marks, printable and on one line. */
  public static String of(String text) {
    int end = Math.min(SHOWN, text.length());
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    String shown = text.substring(0, end).replaceAll("\\p{Cntrl}", "?");
    return end < text.length() ? "'" + shown + "...'" : "'" + shown + "'";
  }
}
