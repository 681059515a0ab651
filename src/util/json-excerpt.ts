import { isJsonObject, type Json } from "./json.js";

/** The first `most` characters of a value as JSON, however deep and long it is. */
export function jsonExcerpt(value: Json, most: number): string {
  let text = "";
  // Every level writes a character before the next, so that the depth of calls is bounded too.
  const write = (part: Json): void => {
    if (text.length >= most) return;
    if (typeof part === "string") text += JSON.stringify(part.slice(0, most));
    else if (typeof part !== "object" || part === null) text += JSON.stringify(part);
    else if (isJsonObject(part)) {
      text += "{";
      let separator = "";
      for (const key in part) {
        if (text.length >= most) return;
        text += `${separator}${JSON.stringify(key.slice(0, most))}:`;
        write(part[key] ?? null);
        separator = ",";
      }
      text += "}";
    } else {
      text += "[";
      for (const [index, item] of part.entries()) {
        if (text.length >= most) return;
        if (index > 0) text += ",";
        write(item);
      }
      text += "]";
    }
  };
  write(value);
  return text.slice(0, most);
}
