import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareTrials } from "./compare-trials.js";
import { installEnvoy } from "./install-envoy.js";

const usage = "npm run test:envoy -- [--seed NUMBER] [--count REQUESTS] [--envoy VERSION] [--shrink SECONDS]";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "300" },
    envoy: { type: "string", default: "" },
    shrink: { type: "string", default: "60" },
    help: { type: "boolean", default: false },
  },
});

const [seed, count, shrinkSeconds] = [Number(values.seed), Number(values.count), Number(values.shrink)];
if (values.help || ![seed, count, shrinkSeconds].every((number) => Number.isInteger(number) && number >= 0)) {
  console.error(`Usage: ${usage}`);
  process.exit(values.help ? 0 : 2);
}

mkdirSync(".envoy", { recursive: true });
const installation = installEnvoy(".envoy", values.envoy);
if ("missing" in installation) {
  console.log(`test:envoy skipped: ${installation.missing}`);
} else {
  try {
    const folder = join("test", "envoy", "found");
    const say = (line: string) => console.log(line);
    const disagreements = await compareTrials(installation.executable, { seed, count, shrinkSeconds, folder, say });
    process.exitCode = disagreements === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
