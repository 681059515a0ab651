import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../snapshots/", import.meta.url);

/** The files of snapshots/, by the paths that they have from the top of the project. */
export const snapshotFiles: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  readdirSync(folder).map((name) => [`snapshots/${name}`, readFileSync(new URL(name, folder))]),
);
