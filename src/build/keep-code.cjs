// Loaded before the command (--require) while the build warms it up: at the end, keeps what V8 has compiled of each chunk beside it.
"use strict";
const { writeFileSync } = require("node:fs");
const vm = require("node:vm");

const scripts = [];
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    scripts.push({ script: this, filename: options.filename });
  }
};

process.on("exit", () => {
  for (const { script, filename } of scripts) writeFileSync(`${filename}.code`, script.createCachedData());
});
