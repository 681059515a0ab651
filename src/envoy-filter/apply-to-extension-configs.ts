import { listFew } from "../match/wording.js";
import { nameOf } from "./message-fields.js";
import { unlike } from "./mismatch.js";
import { insertAt } from "./operate-on-list.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import { newPiece, type PieceList } from "./pieces.js";

/** EXTENSION_CONFIG patches: each config that the proxy asks for by name, as often as it is there. */
export function applyToExtensionConfigs(run: PatchRun, configs: PieceList): void {
  const asked = run.proxy.requestedNames ?? [];
  for (const patch of patchesOf(run, "EXTENSION_CONFIG")) {
    const name = nameOf(patch.value);
    const config = newPiece(configs, patch.value);
    const words = (): string => (asked.length === 0 ? "the proxy asks for none" : `the proxy asks for ${listFew(asked)}, not for ${name}`);
    const mismatch = asked.includes(name) ? undefined : unlike("extension config name", config, name, "", words);
    if (run.journal.judged(patch, config, mismatch)) insertAt(run.journal, patch, configs, configs.pieces.length);
  }
}
