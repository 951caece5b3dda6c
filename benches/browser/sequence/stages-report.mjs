/** The stages of a window, and their times as Markdown. */

import { table } from "../report.mjs";
import { spread } from "../statistics.mjs";

/** The stages, as `regulens bench` names them. */
const STAGES = ["tower", "dilated blocks", "context stage", "last block", "tracks"];

/** The stage in the middle of each variant that is measured. */
const MIDDLE = { basenji: "dilated blocks", "attention-two-sided": "context stage" };

/** Milliseconds by stage, of the steps that the engine tells of in a page. */
export function inStages(variant, { towers, ms }) {
  const sum = (from, end) => ms.slice(from, end).reduce((all, each) => all + each, 0);
  return {
    tower: sum(0, towers),
    [MIDDLE[variant]]: sum(towers, -2),
    "last block": sum(-2, -1),
    tracks: sum(-1),
  };
}

/** The same of what `regulens bench` says. */
export function ofProgram(text) {
  const lines = [...text.matchAll(/^ {2}(\S.*?) +([\d.]+) ms$/gm)];
  const found = Object.fromEntries(lines.map(([, stage, ms]) => [stage, Number(ms)]));
  const missing = ["tower", "last block", "tracks"].filter((stage) => !(stage in found));
  if (missing.length > 0) throw new Error(`found no ${missing.join(", ")} in:\n${text}`);
  return found;
}

/** @param {object} result as `stages.mjs` gathers it */
export function markdown({ date, machine, chromium, commit, command, passes, load, runs }) {
  const rows = runs.map(({ variant, where, passes: found }) => {
    const median = (stage) => spread(found.map((pass) => pass[stage])).median;
    const there = STAGES.filter((stage) => stage in found[0]);
    const all = there.reduce((sum, stage) => sum + median(stage), 0);
    const cell = (stage) => {
      if (!there.includes(stage)) return "–";
      return `${(median(stage) / 1000).toFixed(2)} (${Math.round((100 * median(stage)) / all)} %)`;
    };
    return [variant, where, (all / 1000).toFixed(2), ...STAGES.map(cell)];
  });
  const { cores, processor, memory, system } = machine;
  return [
    `# Where the time of a window goes at the published size, ${date.slice(0, 10)}`,
    "",
    `${cores} cores (${processor}), ${Math.round(memory / 2 ** 30)} GiB, ${system}. Chromium ${chromium}, headless. ` +
      `Regulens at commit ${commit}. 1-minute load at the start: ${load.toFixed(1)}.`,
    `\`${command}\``,
    "",
    "Seconds of one window of 131,072 bp on one core, random weights: medians of each stage over " +
      `${passes} passes, and its share. The tower is the blocks along the sequence, in tiles; what lies between two ` +
      "stages counts to the later.",
    "",
    ...table(["variant", "where", "all", ...STAGES], `ll${"r".repeat(1 + STAGES.length)}`, rows),
  ].join("\n");
}
