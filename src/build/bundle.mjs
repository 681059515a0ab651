// Bundles the command into dist/bin, a chunk for each command and for what several of them share, and runs it a few times, so that
// V8's compiled code can be kept beside each chunk: reading some hundred modules and compiling them takes several times as long as Node
// takes to start.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, "..", "..");
const folder = join(project, "dist", "bin");
const command = join(folder, "xdsight.cjs");

/** The packages that a chunk has code of, by their folders. */
const packagesIn = (chunks) =>
  new Set(chunks.flatMap(({ moduleIds = [] }) => moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [])));

/** What the licences of the bundled packages ask for: their texts beside the code. */
function licencesOf(packages) {
  return [...packages].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    const file = readdirSync(path).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
    const text = file === undefined ? "" : `\n${readFileSync(join(path, file), "utf8").trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
}

rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: { main: join(project, "dist", "cli", "main.js") },
  platform: "node",
  treeshake: { moduleSideEffects: false }, // No module here, nor of the libraries, is imported for anything but its exports.
});
const { output } = await bundle.write({
  dir: folder,
  format: "cjs",
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name]-[hash].cjs",
  minify: { mangle: false }, // Names stay, for the stack of a bug.
  comments: false,
});
// As ASCII, each character is read as one byte, and V8 takes half the memory and time for it.
const escaped = (text) => text.replace(/[^\0-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
for (const { fileName } of output) writeFileSync(join(folder, fileName), escaped(readFileSync(join(folder, fileName), "utf8")));
writeFileSync(join(folder, "LICENSES.txt"), licencesOf(packagesIn(output)).join(`\n${"-".repeat(80)}\n\n`));
copyFileSync(join(here, "xdsight.cjs"), command);
chmodSync(command, 0o755);

const snapshot = (name) => join(project, "snapshots", name);
const warmUps = [
  ["--version"],
  ["summary", snapshot("bookinfo.json.gz")],
  ["clusters", snapshot("bookinfo.json.gz")],
  ["diff", snapshot("accesslog-off.json.gz"), snapshot("accesslog-on.json.gz")],
  ["explain", snapshot("bookinfo.json.gz"), "https://api.example.com/"],
  ["explain", snapshot("bookinfo.json.gz"), "http://reviews:9080/reviews/0"],
];
for (const argv of warmUps) {
  const { status, stderr } = spawnSync(process.execPath, ["--require", join(here, "keep-code.cjs"), command, ...argv], {
    encoding: "utf8",
  });
  if (status !== 0 && status !== 1) throw new Error(`the bundled command fails: ${argv.join(" ")}\n${stderr}`); // 1: there are differences.
}
