/** Machine and date that every measurement states, and the place where it is written. */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";

/** When, by which command, of which commit and on which machine; `script` is that of benches/. */
export function surroundings(root, script) {
  return {
    date: new Date().toISOString(),
    command: [`node benches/${script}`, ...process.argv.slice(2)].join(" "),
    commit: execFileSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" }).trim(),
    machine: {
      processor: cpus()[0].model.trim(),
      cores: cpus().length,
      memory: totalmem(),
      system: `${process.platform} ${process.arch}`,
    },
  };
}

/**
 * Shows a result as Markdown, and writes it to `out`, or to benches/results/ by `name` and date; every figure lies
 * beside it as JSON.
 */
export function save(root, name, out, result, text) {
  const file = out ?? join(root, `benches/results/${name}-${result.date.slice(0, 10)}.md`);
  console.log(`\n${text}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  writeFileSync(file.replace(/(\.md)?$/, ".json"), `${JSON.stringify(result, null, 1)}\n`);
  console.log(`written to ${file}`);
}
