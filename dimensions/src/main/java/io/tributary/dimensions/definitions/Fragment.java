package io.tributary.dimensions.definitions;

/**
 * Text that a value has somewhere.
 *
 * @param place where
 * @param text what; the empty text is in every value
 */
record Fragment(Place place, String text) {

  /** Every value has it, so it tells that there is a value at all. */
  static final Fragment PRESENCE = new Fragment(Place.START, "");

  /** Where the text is in the value. */
  enum Place {
    /** It is the value. */
    WHOLE,
    START,
    END,
    ANYWHERE
  }
}
