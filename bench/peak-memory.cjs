// Loaded into each measured process (--require): tells on descriptor 3 how much memory it took at most, in KiB, and its processor time in ms.
const { writeSync } = require("node:fs");

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, `${maxRSS} ${(userCPUTime + systemCPUTime) / 1000}`);
});
