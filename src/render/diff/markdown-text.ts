import { plainText } from "../text-wrap.js";

/** Text in a code span, within which Markdown and HTML mean nothing. */
export const codeSpan = (text: string): string => `\`${plainText(text).replaceAll("`", "'")}\``;

/** Text from a file, so that nothing in it is taken for Markdown, HTML or a mention. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>#|~&@]/g, (character) => (character === "@" ? "&#64;" : `\\${character}`));
