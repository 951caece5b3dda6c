// Attacks that the page's policy refuses in Firefox, which has trusted types from version 148 on.

import { attack } from "../support/policy.ts";
import { until } from "./firefox.mjs";
import { expect, test } from "./fixtures.ts";

test("text becomes no script, and nothing is loaded from elsewhere, in Firefox", async ({ visit }) => {
  const visited = await visit("./?device=cpu&example=simulated", { width: 1200, height: 900 });
  const { page } = visited;
  await until(page, () => document.querySelector("regulens-app") !== null);
  // Not in frames: Firefox names the address of one that it refuses as if it were asked for.
  const refused = (await page.evaluate(attack, false)) as Record<string, boolean | undefined>;
  for (const each of ["inlineScript", "handler", "evaluated", "image", "request", "base", "foreignWorker"])
    expect(refused[each], each).toBe(true);
  const release = await page.evaluate(() => Number(/Firefox\/(\d+)/.exec(navigator.userAgent)?.[1]));
  for (const each of ["markup", "blobWorker", "outsideWorker", "ownPolicy"])
    expect(refused[each] ?? undefined, `${each}, Firefox ${release}`).toBe(release >= 148 ? true : undefined);
  // The page's own faults are none of these.
  expect(
    visited.errors.filter(
      (error) => !/Content-Security-Policy|Trusted|blocked|is no script of|may not load data from/i.test(error),
    ),
  ).toEqual([]);
  visited.errors.length = 0;
});
