/** Pieces that JSON texts, and texts that nearly are, can be put together from. */
export const pieces = [
  ...["{", "}", "[", "]", ",", ":", '"a"', '"', "\\", "1", "-", ".", "e", "E", "+", "0", "true", "nul", "null", " ", "\n", "\u0001"],
  ...["\\u00", "é"],
];
