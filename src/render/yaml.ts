import { stringify } from "yaml";

/** An answer as YAML: the same members as its JSON. */
export const renderYaml = (answer: object): string => stringify(answer, { aliasDuplicateObjects: false, lineWidth: 0 });
