/** Do these bytes stand in others from a place on? */
export function standsAt(bytes: Uint8Array, others: Uint8Array, at: number): boolean {
  for (let index = bytes.length - 1; index >= 0; index--) if (others[at + index] !== bytes[index]) return false;
  return true;
}
