// Automated checks of contrast, names, roles and structure (WCAG 2.2 A and AA), in light and in dark colours.

import axe from "axe-core";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The rules that look at colours; all others find the same in light and in dark. */
const OF_COLOURS = axe
  .getRules(["cat.color"])
  .filter(({ tags }) => tags.some((tag) => TAGS.includes(tag)))
  .map(({ ruleId }) => ruleId);

/**
 * Violations of rules: the colours, the rule, where, and why. All rules are tried in the colours that the page has,
 * then those of colours in the others, which it keeps: with one check after another a page is opened and drawn anew in
 * both. axe is put into the page, which its content security policy would forbid: `bypassCSP`.
 */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  // Where the page was scrolled to by a click, the bar at its top may cover part of a button, which is no fault.
  await page.evaluate(() => scrollTo(0, 0));
  const isDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  const found = await broken(page, isDark ? "dark" : "light", { type: "tag", values: TAGS });
  const other = isDark ? "light" : "dark";
  await page.emulateMedia({ colorScheme: other });
  // Before a frame is drawn the page hears of its new colours; by the frame after, all of it has them.
  await page.evaluate(async (query) => {
    const frame = () => new Promise(requestAnimationFrame);
    do await frame();
    while (!matchMedia(query).matches);
    await frame();
  }, `(prefers-color-scheme: ${other})`);
  // Some colours take a moment from one to the other: what is wrong stays so.
  let late: string[] = [];
  for (let attempt = 0; attempt < 10; attempt++) {
    late = await broken(page, other, { type: "rule", values: OF_COLOURS });
    if (late.length === 0) break;
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  }
  return [...found, ...late];
}

function broken(page: Page, colours: string, runOnly: axe.RunOnly): Promise<string[]> {
  return page.evaluate(
    async ([colours, runOnly]) => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      // Only what is violated is described in full.
      const found = await axe.run(document, { runOnly, resultTypes: ["violations"] });
      return found.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${colours}: ${id} at ${target.flat().join(" ")}: ${failureSummary}`),
      );
    },
    [colours, runOnly] as const,
  );
}
