package io.tributary.attribution;

/** What became of an accepted record. */
public enum Outcome {
  /** It is part of what is attributed, or is kept because a higher version may be withdrawn. */
  APPLIED,
  /** It was known already, to the byte. */
  DUPLICATE,
  /** A higher version is known. It is archived, and changes nothing. */
  SUPERSEDED,
  /**
   * The same identity, and version, came with another content. Of versions the greater encoding
   * holds, of usage events the first counts.
   */
  CONFLICT
}
