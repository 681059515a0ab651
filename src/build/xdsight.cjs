#!/usr/bin/env node
// The published command. Runs main.cjs, which the build has bundled beside this file, with the code that V8 has compiled of it before
// (src/build/bundle.mjs). V8 turns down code of another of its versions, and compiles the source as ever: then Node's own cache helps,
// where it has one.
"use strict";
const { readFileSync } = require("node:fs");
const { createRequire, enableCompileCache } = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

const exportsOf = new Map();

/** The exports of a chunk of the bundle, by its file name. */
function load(name) {
  const known = exportsOf.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  exportsOf.set(name, module);
  const filename = join(__dirname, name);
  const requireOther = createRequire(filename);
  const requireFrom = (id) => (id.startsWith("./") ? load(id.slice(2)) : requireOther(id));
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "latin1")}\n})`, {
    filename,
    cachedData: compiledCode(filename),
  });
  if (script.cachedDataRejected !== false) enableCompileCache?.();
  script.runInThisContext()(module.exports, requireFrom, module, filename, __dirname);
  return module.exports;
}

function compiledCode(filename) {
  try {
    return readFileSync(`${filename}.code`);
  } catch {
    return undefined; // Not there yet, or not readable: it is only faster with it.
  }
}

load("main.cjs");
