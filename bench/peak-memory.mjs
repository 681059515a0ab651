// Loaded into each measured process (--import): tells on descriptor 3 how much memory it took at most, in KiB, and its processor time in ms.
import { writeSync } from "node:fs";

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, `${maxRSS} ${(userCPUTime + systemCPUTime) / 1000}`);
});
