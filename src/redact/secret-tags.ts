const wholeTag = /^\[redacted(?:-\d{1,9})?\]$/;
const anyTag = /\[redacted-(\d{1,9})\]/g;

/** What stands in place of secrets: equal ones get one tag, so that what was equal stays equal. */
export class SecretTags {
  readonly #tags = new Map<string, string>();
  #next = 1;

  /** Leaves out the tags that a text already holds: it was redacted before. */
  skip(text: string): void {
    for (const [, number] of text.matchAll(anyTag)) this.#next = Math.max(this.#next, Number(number) + 1);
  }

  tagOf(secret: string): string {
    if (isHidden(secret)) return secret;
    let tag = this.#tags.get(secret);
    if (tag === undefined) {
      tag = `[redacted-${this.#next++}]`;
      this.#tags.set(secret, tag);
    }
    return tag;
  }
}

/** Is this a tag already, ours or Envoy's own? */
export const isHidden = (text: string): boolean => wholeTag.test(text);
