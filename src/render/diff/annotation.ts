/** GitHub shows ten annotations of a level in a step. */
export type AnnotationLevel = "warning" | "notice";

/** One line that GitHub takes for an annotation: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. */
export function annotation(
  level: AnnotationLevel,
  { file, line }: { readonly file: string; readonly line?: number },
  title: string,
  message: string,
): string {
  const place = line === undefined ? "" : `,line=${line}`;
  return `::${level} file=${property(file)}${place},title=${property(title)}::${escapeMessage(message)}`;
}

/** What would end a message; GitHub takes it in this spelling alone. */
const escapeMessage = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
