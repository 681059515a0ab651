import type { ShownResource } from "../../query/show-resources.js";
import { withinStack } from "../../query/within-stack.js";
import { indentJson } from "../../util/indent-json.js";
import { renderYaml } from "../yaml.js";

export const showFormats = ["json", "yaml"] as const;
export type ShowFormat = (typeof showFormats)[number];

/** One resource as itself, several as a JSON array or as YAML documents. */
export const showRenderers = {
  json: (resources) => `${indentJson(resources.length === 1 ? textOf(resources) : `[${resources.map(({ text }) => text).join(",")}]`)}\n`,
  yaml: (resources) => resources.map(asYaml).join("---\n"),
} satisfies Record<ShowFormat, (resources: readonly ShownResource[]) => string>;

const asYaml = ({ text, at }: ShownResource): string =>
  withinStack(() => renderYaml(JSON.parse(text)), `${at} nests too deep for YAML; show it as JSON`);

const textOf = ([only]: readonly ShownResource[]): string => only?.text ?? "";
