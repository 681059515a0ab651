/** Where what a pointer points to stands once some elements of its lists are gone. */
export type PointerShift = (pointer: string) => string;

/** @param removed pointers of the elements that go */
export function shiftBehind(removed: Iterable<string>): PointerShift {
  const indices = new Map<string, number[]>();
  for (const pointer of removed) {
    const split = pointer.lastIndexOf("/");
    const list = pointer.slice(0, split);
    indices.set(list, [...(indices.get(list) ?? []), Number(pointer.slice(split + 1))]);
  }
  return (pointer) => {
    for (const [list, gone] of indices) {
      if (!pointer.startsWith(`${list}/`)) continue;
      const [key = "", ...rest] = pointer.slice(list.length + 1).split("/");
      const index = Number(key);
      const before = gone.filter((each) => each < index).length;
      return [list, String(index - before), ...rest].join("/");
    }
    return pointer;
  };
}
