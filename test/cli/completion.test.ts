import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { runInMemory } from "./memory-io.js";

describe("completion scripts", () => {
  it.each(["bash", "zsh", "fish", "powershell"])("%s: every command and its options", async (shell) => {
    const { status, out } = await runInMemory(["completion", shell]);
    expect(status).toBe(0);
    for (const word of ["summary", "schema", "version", shell === "fish" ? "-l output" : "--output", "always"].slice(
      0,
      shell === "powershell" ? 4 : 5,
    ))
      expect(out).toContain(word);
  });

  const bash = spawnSync("bash", ["--version"]).status === 0;
  it.skipIf(!bash)("bash completes a command, an option and a value (skipped without bash)", async () => {
    const { out: script } = await runInMemory(["completion", "bash"]);
    const complete = (...words: string[]): string[] => {
      const line = `COMP_WORDS=(xdsight ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _xdsight; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync("bash", ["-c", `${script}\n${line}`], { encoding: "utf8" })
        .stdout.trim()
        .split("\n");
    };
    expect(complete("summ")).toEqual(["summary"]);
    expect(complete("summary", "--qu")).toEqual(["--quiet"]);
    expect(complete("summary", "--color", "al")).toEqual(["always"]);
    expect(complete("completion", "fi")).toEqual(["fish"]);
  });
});
