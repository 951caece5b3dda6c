// What is there before a run: the start, models, data, and what is wrong with them.

import { choose, pair } from "../support/change-page.ts";
import { LensPage } from "../support/lens-page.ts";
import { PreparePage } from "../support/prepare-page.ts";
import { genesGtf, signalFile } from "../support/signal-files.ts";
import { table } from "../support/tables.ts";
import { view } from "./view.ts";
import type { Page } from "@playwright/test";

const started = (page: Page, query = "?device=cpu") => new LensPage(page).open(query);
const csv = (text: string, name = "genes.csv") => ({ name, buffer: Buffer.from(text) });

view("start, empty", async (page) => {
  await started(page);
});

view("start, empty, a change", async (page) => {
  await started(page, "?model=deep-diff-raw-d-k562-h1&device=cpu");
});

view("start, empty, tracks", async (page) => {
  await started(page, "?model=basenji-attention-two-sided-simulated&device=cpu");
});

view("start, loading", async (page) => {
  await page.route("**/*.safetensors", () => {});
  await page.goto("./?device=cpu");
  await page.getByRole("button", { name: "Cancel" }).first().waitFor();
});

view("start, no list of models", async (page) => {
  await page.route("**/catalogue.json", (route) => route.abort());
  await page.goto("./?device=cpu");
  await new LensPage(page).alert().first().waitFor();
});

view("start, an address that asks in vain", async (page) => {
  await started(page, "?device=cpu&model=nobody&gene=none");
});

view("start, models", async (page) => {
  await (await started(page)).openVariants();
});

for (const [what, query] of [
  ["on or off", ""],
  ["a change", "&model=deep-diff-raw-d-k562-h1"],
  ["tracks", "&model=basenji-attention-two-sided-yeast-atac"],
] as const)
  view(
    `start, model card, ${what}`,
    async (page) => {
      await started(page, `?device=cpu${query}`);
      await page.getByRole("button", { name: "Read the model card" }).click();
      await page.getByRole("dialog", { name: "Model card" }).waitFor();
    },
    "window",
  );

view("start, all that opens", async (page) => {
  const lens = await started(page);
  await lens.device.click();
  await page.getByText("What a table looks like").click();
  await page.getByRole("button", { name: "Paste…" }).click();
  await page.getByText("Offline use and storage").click();
});

view("data, error", async (page) => {
  const lens = await started(page);
  await lens.chooseTable(csv(table({ genes: 3 }).replace(/,(\d+)\n/, ",many\n")));
  await lens.alert().first().waitFor();
});

view("data, bins that do not fit", async (page) => {
  const lens = await started(page);
  await lens.chooseTable(csv(table({ genes: 3, bins: 200 }), "wide.csv"));
  await page.locator("[data-blocked]").waitFor();
});

view("data, table read", async (page) => {
  const lens = await started(page);
  await lens.chooseTable(csv(table({ genes: 40 })));
  await lens.run.waitFor();
});

view("data, pair read", async (page) => {
  const lens = await started(page, "?device=cpu&model=deep-diff-raw-d-k562-h1");
  await choose(page, "A", pair(40));
  await lens.run.waitFor();
});

view("data, running", async (page) => {
  const lens = await started(page);
  // So many that the run goes on while it is looked at.
  await lens.chooseTable(csv(table({ genes: 8000 })));
  await lens.run.click();
  await page.getByRole("progressbar").first().waitFor();
});

view("signal files, empty", async (page) => {
  await new PreparePage(page).open();
});

view("signal files, some that cannot be used", async (page) => {
  const prepare = await new PreparePage(page).open();
  const signal = signalFile(1);
  await prepare.add(
    { name: "H3K4me3.bw", buffer: signal },
    { name: "a-long-name-that-tells-nothing-of-its-mark.rep1.rep2.merged.bw", buffer: signal },
    { name: "H3K9me3.bw", buffer: signal.subarray(0, 9000) },
    { name: "genes.gtf", buffer: Buffer.from(genesGtf()) },
  );
});

view("signal files, table made", async (page) => {
  const prepare = await new PreparePage(page).open();
  await prepare.add(
    { name: "H3K4me3.bw", buffer: signalFile(1) },
    { name: "genes.gtf", buffer: Buffer.from(genesGtf()) },
  );
  for (const box of await prepare.view.getByRole("checkbox").all()) await box.check();
  await prepare.make.click();
  await prepare.made.waitFor();
});
