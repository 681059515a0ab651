/** Lower-cases A to Z and nothing else, as Envoy folds host names, header names and `ignore_case`. */
export function lowerAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
