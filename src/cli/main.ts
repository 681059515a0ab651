import { nodeIo } from "./node-io.js";
import { run } from "./program.js";

// Not awaited: the command is bundled as CommonJS.
void run(process.argv.slice(2), nodeIo()).then((status) => {
  process.exitCode = status;
});
