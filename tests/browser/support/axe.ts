// What a machine can check of contrast, names, roles and structure (WCAG 2.2 A and AA).

import axe from "axe-core";
import type { Page } from "@playwright/test";

/**
 * What breaks a rule: the rule, where, and why. axe is put into the page, which its content security policy would
 * forbid: `bypassCSP`.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const found = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.flat().join(" ")}: ${failureSummary}`),
    );
  });
}
