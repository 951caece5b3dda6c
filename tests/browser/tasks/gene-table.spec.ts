// The table of genes: many rows, sorting, filtering, searching, and all of it by keyboard.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { drop } from "../support/standalone-page.ts";
import { rows, table } from "../support/tables.ts";
import { gzipSync } from "node:zlib";

/** A finished run of a small labelled table. */
async function finishedRun(app: AppPage, genes: number, named: (text: string) => string): Promise<void> {
  await app.open(QUICK);
  await app.runTable({ name: "genes.csv", buffer: Buffer.from(named(table({ genes, labels: true }))) }, genes);
}

test("10,000 genes scroll with few rows drawn", async ({ page }) => {
  test.setTimeout(10 * 60_000);
  const genes = 10_000;
  const text: string[] = [];
  for (const row of rows({ genes })) text.push(row);
  const app = await new AppPage(page).open(QUICK);
  await app.chooseTable({ name: "many.csv.gz", buffer: gzipSync(text.join("\n"), { level: 1 }) });
  await expect(page.locator("regulens-understood")).toContainText("10,000");
  // Frames while the model runs: the page must go on answering. How long the longest took is told, not judged: machines
  // differ.
  await page.evaluate(() => {
    const watch = { frames: 0, longest: 0, last: performance.now() };
    (window as unknown as { watch: typeof watch }).watch = watch;
    const frame = (now: number) => {
      watch.frames++;
      watch.longest = Math.max(watch.longest, now - watch.last);
      watch.last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await app.run.click();
  await expect(app.results).toBeVisible({ timeout: 8 * 60_000 });
  const { frames, longest } = await page.evaluate(
    () => (window as unknown as { watch: { frames: number; longest: number } }).watch,
  );
  console.log(
    `10,000 genes: ${frames} frames while the model ran, the longest time between two was ${longest.toFixed(0)} ms`,
  );
  expect(frames).toBeGreaterThan(10);
  await app.finished(genes);
  await app.grid.scrollIntoViewIfNeeded();
  const drawn = app.grid.locator(".body [role=row]");
  expect(await drawn.count()).toBeLessThan(60);
  // Scrolled through from end to end, few rows are drawn at any place.
  const most = await app.grid.evaluate(async (grid) => {
    let most = 0;
    for (let step = 0; step <= 60; step++) {
      grid.scrollTop = (grid.scrollHeight * step) / 60;
      await new Promise(requestAnimationFrame);
      most = Math.max(most, grid.querySelectorAll(".body [role=row]").length);
    }
    return most;
  });
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(60);
  expect(await drawn.count()).toBeLessThan(60);
  await expect(drawn.last()).toHaveAttribute("aria-rowindex", String(genes + 1));
  // Rows at the end are drawn where they belong.
  await expect(drawn.last()).toBeInViewport();
});

test("genes are sorted, searched and filtered", async ({ page }) => {
  const app = new AppPage(page);
  await finishedRun(app, 40, (text) => text.replaceAll(/^GENE7,/gm, "ENSG00000102145_GATA1,"));
  await test.step("columns sort, and say so", async () => {
    const head = page.getByRole("columnheader", { name: "P(on)" });
    const probabilities = async () =>
      (await app.grid.locator(".body [role=row] > :nth-child(2)").allInnerTexts()).map((text) =>
        Number(text.replace(/[<>\s]|on|off/g, "")),
      );
    await expect(head).toHaveAttribute("aria-sort", "descending");
    // Heads stand apart, the arrow of the sorted one included.
    const ends = await app.grid.getByRole("columnheader").evaluateAll((heads) =>
      heads.map((each) => {
        const text = document.createRange();
        text.selectNodeContents(each.querySelector("button")!);
        const { left, right } = text.getBoundingClientRect();
        return { left, right };
      }),
    );
    expect(ends.length).toBeGreaterThan(2);
    ends.slice(1).forEach(({ left }, i) => expect(left - ends[i]!.right).toBeGreaterThan(6));
    const falling = await probabilities();
    expect(falling).toEqual([...falling].sort((a, b) => b - a));
    await head.getByRole("button").click();
    await expect(head).toHaveAttribute("aria-sort", "ascending");
    const rising = await probabilities();
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    await head.getByRole("button").click();
    await expect(app.grid.locator(".body [role=row]").first()).toContainText("GENE1");
    const attention = page.getByRole("button", { name: "β", exact: true });
    await expect(page.getByRole("columnheader", { name: /^(β of|Peak)/ })).toHaveCount(0);
    await attention.click();
    for (const name of [/Gene/, /H3K4me3/, /^Peak/]) {
      await page.getByRole("columnheader", { name }).getByRole("button").click();
      await expect(page.getByRole("columnheader", { name })).toHaveAttribute("aria-sort", /ascending|descending/);
    }
  });
  await test.step("genes are searched and filtered, by symbol too, and their number is said", async () => {
    await page.getByRole("searchbox").fill("gata");
    await expect(page.getByText("1 of 40 genes")).toBeVisible();
    await expect(app.grid.locator(".name").last()).toHaveText(/^GATA1\s+ENSG00000102145$/);
    await test.step("an annotation beside the table gives the others theirs", async () => {
      const gene = 'chr1\tx\tgene\t100\t900\t.\t+\t.\tgene_id "GENE8"; gene_name "TP53";\n';
      await drop(page, "genes.gtf", gene);
      await page.getByRole("searchbox").fill("tp53");
      await expect(app.grid.locator(".name").last()).toHaveText(/^TP53\s+GENE8$/);
      await expect(page.getByText("genes.gtf was read: the symbols of 1 of 40 genes.")).toBeAttached();
      await app.grid.getByRole("row").nth(1).click();
      await expect(page.getByRole("img", { name: "Contributions along TP53 GENE8" })).toBeVisible();
      await expect(page.getByRole("group", { name: "Gene TP53 GENE8" })).toBeVisible();
    });
    await page.getByRole("searchbox").fill("gene3");
    await expect(page.getByText("11 of 40 genes")).toBeVisible();
    await page.getByRole("searchbox").fill("no such gene");
    await expect(page.getByText("No gene is listed.")).toBeVisible();
    await page.getByRole("button", { name: "List all" }).click();
    await expect(page.getByText("40 genes", { exact: true })).toBeVisible();
    const on = Number(((await app.fact("Predicted on").innerText()).match(/^\d+/) ?? ["-1"])[0]);
    await page.getByRole("combobox", { name: "Genes listed" }).selectOption("Predicted on");
    await expect(app.grid).toHaveAttribute("aria-rowcount", String(on + 1));
  });
});
