// 360 px, and 200 % zoom of a window of 1280 x 900: the page does not scroll sideways, and nothing is cut off.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, dropFiles, pick, QUICK } from "../support/app-page.ts";
import { file, GENES_OF_EXAMPLE } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

/**
 * Lists controls that stick out of the page or of a box that clips them, text that its own box cuts without a title
 * that has it in full, and how far the page scrolls sideways.
 */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      found.push(`the page scrolls sideways by ${root.scrollWidth - root.clientWidth} px`);
    const parent = (node: Node): Element | null =>
      (node instanceof Element && node.assignedSlot) ||
      node.parentElement ||
      ((node.getRootNode() as ShadowRoot).host ?? null);
    const readText = (element: Element): void => {
      const text = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
      const words = text.map(({ textContent }) => textContent?.trim()).join(" ");
      if (
        words.trim() === "" ||
        !element.checkVisibility() ||
        element.closest("svg, option, .skip-link, .visually-hidden")
      )
        return;
      const { clientWidth, clientHeight, scrollWidth, scrollHeight } = element;
      const { overflowX, overflowY } = getComputedStyle(element);
      // Text for screen readers alone has one pixel.
      if (clientWidth === 1 || element.closest("[title]")) return;
      const cuts = (overflow: string): boolean => overflow === "hidden" || overflow === "clip";
      if ((cuts(overflowX) && scrollWidth > clientWidth + 1) || (cuts(overflowY) && scrollHeight > clientHeight + 1))
        found.push(`the text “${words.slice(0, 50)}” is cut: ${scrollWidth} x ${scrollHeight} px in its box`);
    };
    const visit = (node: Document | ShadowRoot): void => {
      for (const element of node.querySelectorAll("*")) {
        if (element.shadowRoot) visit(element.shadowRoot);
        readText(element);
        if (!element.matches("button, .button, input, select, textarea, summary, a[href], [role=slider], [role=grid]"))
          continue;
        const box = element.getBoundingClientRect();
        const { visibility, opacity } = getComputedStyle(element);
        if (
          box.width <= 1 ||
          box.height <= 1 ||
          visibility !== "visible" ||
          opacity === "0" ||
          !element.checkVisibility()
        )
          continue;
        const name =
          `${element.localName} ` +
          `“${(element.getAttribute("aria-label") ?? element.textContent ?? "")
            .trim()
            .replace(/\s+/g, " ")
            .slice(0, 50)}”`;
        let [left, right, isScrolled] = [0, root.clientWidth, false];
        for (let at = parent(element); at; at = parent(at)) {
          const { overflowX } = getComputedStyle(at);
          if (overflowX === "visible" || at === root || at === document.body) continue;
          if (at.matches(".visually-hidden")) isScrolled = true;
          // Content that scrolls in a part of its own can be reached there.
          if (overflowX === "auto" || overflowX === "scroll") isScrolled = true;
          const clip = at.getBoundingClientRect();
          [left, right] = [Math.max(left, clip.left), Math.min(right, clip.right)];
        }
        if (!isScrolled && !element.matches(".skip-link") && (box.left < left - 1 || box.right > right + 1))
          found.push(
            `${name} is cut off: ${Math.round(box.left)}–${Math.round(box.right)} of ` +
              `${Math.round(left)}–${Math.round(right)} px`,
          );
      }
    };
    visit(document);
    return found;
  });
}

/** Two variants of the example. */
const VCF = `##fileformat=VCFv4.2
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
sim1\t2439\tv1\tG\tC\t.\t.\t.
sim1\t7381\tv4\tA\tC\t.\t.\t.
`;

const SIZES = {
  "200 % zoom": { width: 640, height: 450 },
  "360 px": { width: 360, height: 740 },
} as const;

// Two pixels of the screen to one of the page, as zoom makes them and as phones have them.
test.use({ viewport: SIZES["360 px"], deviceScaleFactor: 2 });

/** Fails where a view is cut off at one of the sizes; the page is left at the last. */
async function fits(page: Page, view: string): Promise<void> {
  for (const [name, size] of Object.entries(SIZES))
    await test.step(`${view}, ${name}`, async () => {
      await page.setViewportSize(size);
      // The window was resized: the page follows.
      await expect.poll(() => cutOff(page), `${view}, ${name}`).toEqual([]);
    });
}

test("genes, explanations, comparison, methods and workspaces fit", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await test.step("what sticks out would be found", async () => {
    const wide = await page.evaluateHandle(() => {
      const wide = Object.assign(document.createElement("button"), { textContent: "too wide" });
      wide.style.width = "150vw";
      document.querySelector("regulens-header")?.shadowRoot?.querySelector("header")?.append(wide);
      return wide;
    });
    expect((await cutOff(page)).join()).toMatch(/the page scrolls sideways.*“too wide” is cut off/);
    await wide.evaluate(({ style }) =>
      Object.assign(style, { width: "2em", overflow: "hidden", whiteSpace: "nowrap" }),
    );
    expect((await cutOff(page)).join()).toMatch(/the text “too wide” is cut/);
    await wide.evaluate((button) => button.remove());
  });
  await fits(page, "the start");
  await app.device.click();
  await fits(page, "the devices");
  await app.device.click();
  await page.getByRole("button", { name: "Paste…" }).click();
  await page.getByRole("button", { name: "Read the model card" }).click();
  await fits(page, "the model card");
  await page.keyboard.press("Escape");
  await app.chooseTable({ name: "bad.csv", buffer: Buffer.from("gene,bin,H3K4me3\nA,1,x\n") });
  await expect(app.alert()).toBeVisible();
  await fits(page, "an error");
  await app.runTable(
    {
      name: "a-table-with-quite-a-long-name-that-nobody-would-type.csv",
      buffer: Buffer.from(table({ genes: 6 })),
    },
    6,
  );
  await fits(page, "the list of results");
  await app.grid.getByRole("row").nth(2).click();
  await expect(app.grid).toBeHidden();
  await test.step("the browser's Back leads to the list, and Forward to the gene", async () => {
    await page.goBack();
    await expect(app.grid).toBeVisible();
    await page.goForward();
    await expect(app.grid).toBeHidden();
  });
  await fits(page, "a gene");
  for (const name of ["Why", "Test", "Compare", "Notes"]) {
    await app.tab(name);
    await fits(page, `the tab ${name}`);
  }
  await app.tab("Why");
  await pick(page.getByRole("radio", { name: /Sensitivity of the score/ }));
  await fits(page, "an explanation");
  await app.tab("What if");
  await page.locator("regulens-perturb").getByRole("button", { name: "Set to zero" }).click();
  await expect(page.locator("regulens-perturb .outcome")).toBeVisible();
  await fits(page, "results and a changed signal");
  await app.tab("Compare");
  await page.getByText("Compare with…", { exact: true }).click();
  await fits(page, "the models to compare with");
  await page
    .getByRole("button", { name: /^Compare with / })
    .first()
    .click();
  await expect(page.getByRole("grid", { name: "Shared genes" })).toBeVisible();
  await fits(page, "a comparison");
  await app.openBarMenu("Export");
  await fits(page, "what can be saved");
  await page.getByRole("button", { name: "Methods", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Methods and citations" })).toBeVisible();
  await fits(page, "the methods");
  await page.keyboard.press("Escape");
  await page.locator("regulens-workspace-menu summary").click();
  await fits(page, "the workspace menu");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Save workspace/ }).click();
  const saved = await (await download).path();
  await app.open(QUICK);
  await page.locator("regulens-workspace-menu summary").click();
  await page.locator("regulens-workspace-menu input[type=file]").setInputFiles({
    name: "w.regulens.json",
    mimeType: "application/json",
    buffer: await (await import("node:fs/promises")).readFile(saved),
  });
  await expect(page.getByRole("dialog", { name: /^Open / })).toBeVisible();
  await fits(page, "what a workspace asks for");
});

test("a change fits", async ({ page }) => {
  await page.goto("./?device=cpu&model=deep-diff-raw-d-k562-h1");
  await expect(page.locator("regulens-pair")).toContainText("B: H1");
  await fits(page, "two empty places");
  await page.getByRole("button", { name: "Read the model card" }).click();
  const card = page.getByRole("dialog");
  await expect(card.getByRole("columnheader", { name: "Sign", exact: true })).toBeVisible();
  expect(await card.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await page.keyboard.press("Escape");
  await page.goto("./?device=cpu&model=deep-diff-raw-d-k562-h1&example=simulated-change");
  const app = new AppPage(page);
  await app.finished();
  await app.grid.getByRole("row").nth(1).click();
  await expect(page.getByRole("img", { name: /^Contributions along/ })).toBeVisible({ timeout: 120_000 });
  await app.tab("What if");
  await page.locator("regulens-perturb").getByRole("button", { name: "Set to zero" }).click();
  await expect(page.locator("regulens-perturb .outcome")).toBeVisible();
  await fits(page, "results of a change");
});

test("tracks, attention and variants fit", async ({ page }) => {
  await page.goto("./?device=cpu&model=basenji-attention-two-sided-simulated");
  await expect(page.locator("regulens-sequence-data")).toContainText("Drop a sequence");
  await fits(page, "no sequence yet");
  await page.goto("./?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence");
  await expect(page.getByText(/^r = /)).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole("img", { name: /^Position functions/ })).toBeVisible();
  await fits(page, "tracks and attention");
  await new AppPage(page).tab("What if");
  await page.locator("regulens-sequence-variants").getByRole("textbox", { name: "Variant" }).fill("20001 A>C");
  await page.getByRole("button", { name: "Predict effect" }).click();
  await expect(
    page
      .locator("regulens-sequence-variants")
      .getByRole("alert")
      .or(page.getByRole("img", { name: /^Effect of sim1:20,001 A>C/ })),
  ).toBeVisible({ timeout: 120_000 });
  await fits(page, "a variant, or why it cannot be tried");
  await new AppPage(page).tab("Why");
  const explained = page.locator("regulens-base-contributions");
  await explained.getByLabel("Method").selectOption({ label: "one gradient (fast, rough)" });
  await explained.getByRole("button", { name: /^Explain [\d,]+ bases$/ }).click();
  await expect(explained.getByRole("img", { name: /contributions in/ })).toBeVisible({ timeout: 120_000 });
  await fits(page, "contributions of bases");
  await pick(page.getByRole("radio", { name: "Letters", exact: true }));
  await fits(page, "letters");
  await dropFiles(page, [file("a.vcf", VCF), file("made.gtf", GENES_OF_EXAMPLE)]);
  await page.getByRole("button", { name: "Score all 2 variants" }).click();
  await expect(page.getByText("2 variants are scored.", { exact: true })).toBeVisible();
  await fits(page, "the table of variants");
  await page
    .getByRole("grid", { name: /^Variants of / })
    .getByRole("row")
    .nth(1)
    .click();
  await expect(page.locator("regulens-listed-variants").getByRole("img", { name: /^Effect of sim1/ })).toBeVisible();
  await fits(page, "a row of it");
});

test("samples fit, with the longest remark on them", async ({ page }) => {
  await new AppPage(page).open(QUICK);
  // Values of which the page says that training had none like them.
  const unlike = table({ genes: 6 }).replace(
    /^(GENE(\d+),(\d+)).*/gm,
    (_, key: string, gene: string, bin: string) =>
      `${key},${Number(bin) % 3},${Number(gene) % 2 > 0 && Math.abs(Number(bin) - 50) < 9 ? 25 : 1},0,1,2`,
  );
  const other = unlike.replace(/^(GENE1,\d+).*/gm, "$1,0,0,0,0,0");
  await dropFiles(page, [file("liver.csv", unlike), file("heart.csv", other)]);
  await page.getByRole("button", { name: "Run on 2 samples" }).click();
  await expect(page.getByRole("grid", { name: "Predictions by sample" })).toBeVisible();
  await expect(page.getByLabel(/^Remarks: The values are unlike/)).toBeVisible();
  await fits(page, "samples");
  // From this width on the bar has the remark in words.
  await page.setViewportSize({ width: 848, height: 477 });
  await expect(page.locator("regulens-bar .remarks .word")).toContainText("unlike the training data");
  expect(await cutOff(page)).toEqual([]);
});
