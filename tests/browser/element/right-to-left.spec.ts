// `<regulens-view>` in a page that reads from right to left: figures are whole, and numbers read as they should.

import type { Locator } from "@playwright/test";
import { DEEP_DIFF, FASTA, GENE, host, K562, PAIR, TRACKS, until } from "../support/element-page.ts";
import { expect, test } from "../support/fixtures.ts";

/** Texts of figures that leave their figure, and those whose first letter is not the leftmost. */
async function faultsOf(figures: Locator): Promise<string[]> {
  return figures.evaluateAll((roots) =>
    roots.flatMap((root) => {
      const frame = root.getBoundingClientRect();
      return [...root.querySelectorAll("text")].flatMap((text) => {
        const { left, right } = text.getBoundingClientRect();
        const said = text.textContent ?? "";
        const faults: string[] = [];
        if (left < frame.left - 1 || right > frame.right + 1) faults.push(`“${said}” leaves its figure`);
        const isLevel = !text.hasAttribute("transform");
        if (isLevel && said.length > 1) {
          const [first, last] = [text.getStartPositionOfChar(0), text.getStartPositionOfChar(said.length - 1)];
          if (first.x >= last.x) faults.push(`“${said}” reads from the right`);
        }
        return faults;
      });
    }),
  );
}

const FIGURES = [
  ["gene", "a gene", /^Signal and attention along SIM000001/],
  ["change", "a change", /SIM000001/],
  ["tracks", "tracks", /sim1/],
] as const;

test("in a page from right to left figures, tables and what an author puts inside read as they should", async ({
  page,
}) => {
  const views = [
    GENE.replace("<regulens-view", '<regulens-view id="gene"'),
    `<regulens-view id="change" model="${DEEP_DIFF}" ${PAIR} gene="SIM000001"></regulens-view>`,
    `<regulens-view id="tracks" model="${TRACKS}" data="${FASTA}" region="sim1:1-20000"></regulens-view>`,
    `<regulens-view id="table" view="set" model="${DEEP_DIFF}" ${PAIR}></regulens-view>`,
    `<regulens-view model="${K562}"><p id="own">עברית</p></regulens-view>`,
  ];
  const body = views.join("").replaceAll("<regulens-view", '<regulens-view loading="eager"');
  await host(page, body, "", undefined, "rtl");
  expect(await page.evaluate(() => getComputedStyle(document.body).direction)).toBe("rtl");
  await test.step("what an author puts inside reads as the page around it until the view is there", async () => {
    expect(await page.locator("#own").evaluate((own) => getComputedStyle(own).direction)).toBe("rtl");
  });
  for (const [id, name, figure] of FIGURES)
    await test.step(`in a page from right to left the figure of ${name} is whole, and its numbers keep their signs in front`, async () => {
      await until(page, "ready", `#${id}`);
      const figures = page.locator(`#${id}`).getByRole("img", { name: figure });
      await expect(figures.first()).toBeVisible();
      expect(await figures.first().locator("text").count()).toBeGreaterThan(5);
      expect(await faultsOf(figures)).toEqual([]);
    });
  await test.step("in a page from right to left a table's numbers keep their signs in front", async () => {
    await until(page, "ready", "#table");
    const cells = page
      .locator("#table")
      .getByRole("gridcell")
      .filter({ hasText: /^[+−]\d/ });
    await expect(cells.first()).toBeVisible();
    const turned = await cells.evaluateAll((all) =>
      all.flatMap((cell) => {
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        const text = walker.nextNode();
        if (!text?.textContent || text.textContent.trim().length < 2) return [];
        const lead = text.textContent.length - text.textContent.trimStart().length;
        const at = (from: number): number => {
          const range = document.createRange();
          range.setStart(text, lead + from);
          range.setEnd(text, lead + from + 1);
          return range.getBoundingClientRect().left;
        };
        return at(0) < at(1) ? [] : [text.textContent];
      }),
    );
    expect(turned).toEqual([]);
  });
});
