#!/usr/bin/env node
import { existsSync } from "node:fs";

const program = new URL("../dist/app/cli.js", import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 20)) {
  console.error(
    `Tierkeep needs Node 20.20 or newer; this is ${process.versions.node}.\nTierkeep 需要 Node 20.20 或更新版本，当前为 ${process.versions.node}。`,
  );
  process.exitCode = 1;
} else if (existsSync(program)) {
  await import(program.href);
} else {
  console.error("Tierkeep is not built yet: run `node scripts/ready.mjs` once.\n程序尚未构建：请先运行一次 `node scripts/ready.mjs`。");
  process.exitCode = 1;
}
