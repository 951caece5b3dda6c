// The page before a run: the start, models, data, and what is wrong with them.

import { choose, pair } from "../support/change-page.ts";
import { AppPage } from "../support/app-page.ts";
import { PreparePage } from "../support/prepare-page.ts";
import { genesGtf, signalFile } from "../support/signal-files.ts";
import { table } from "../support/tables.ts";
import { visit, type Look } from "./view.ts";
import type { Page } from "@playwright/test";

const CHANGE = "?model=deep-diff-raw-d-k562-h1&device=cpu";
const TRACKS = "?model=basenji-attention-two-sided-yeast-atac&device=cpu";

const csv = (text: string, name = "genes.csv") => ({ name, buffer: Buffer.from(text) });

/** The empty page of a task, and the card of its model. */
async function startOf(page: Page, look: Look, task: string, query: string): Promise<AppPage> {
  const app = await new AppPage(page).open(query);
  await look(`start, ${task}`);
  await page.getByRole("button", { name: "Read the model card" }).click();
  await page.getByRole("dialog", { name: "Model card" }).waitFor();
  await look(`start, ${task}, model card`, "window");
  await page.keyboard.press("Escape");
  return app;
}

visit("start", async (page, look) => {
  const app = await startOf(page, look, "on or off", "?device=cpu");
  await app.openVariants();
  await look("start, models");
  await page.keyboard.press("Escape");
  await app.device.click();
  await page.getByText("Table format").click();
  await page.getByRole("button", { name: "Paste…" }).click();
  await page.getByText("Offline use and storage").click();
  await look("start, all that opens");
});

visit("start of a change", async (page, look) => {
  const app = await startOf(page, look, "change", CHANGE);
  await choose(page, "A", pair(40));
  await app.run.waitFor();
  await look("data, pair read");
});

visit("start of tracks", async (page, look) => {
  await startOf(page, look, "tracks", TRACKS);
});

visit("loading", async (page, look) => {
  await page.route("**/*.safetensors", () => {});
  await page.goto("./?device=cpu");
  await page.getByRole("button", { name: "Cancel" }).first().waitFor();
  await look("start, loading");
});

visit("no list of models", async (page, look) => {
  await page.route("**/catalogue.json", (route) => route.abort());
  await page.goto("./?device=cpu");
  await new AppPage(page).alert().first().waitFor();
  await look("start, no list of models");
});

visit("an address that asks in vain", async (page, look) => {
  await new AppPage(page).open("?device=cpu&model=nobody&gene=none");
  await look("start, an address that asks in vain");
});

visit("data", async (page, look) => {
  const app = await new AppPage(page).open("?device=cpu");
  await app.chooseTable(csv(table({ genes: 3 }).replace(/,(\d+)\n/, ",many\n")));
  await app.alert().first().waitFor();
  await look("data, error");
  await app.chooseTable(csv(table({ genes: 3, bins: 200 }), "wide.csv"));
  await page.locator("[data-blocked]").waitFor();
  await look("data, bins that do not fit");
  // So many that the run goes on while it is looked at.
  await app.chooseTable(csv(table({ genes: 8000 })));
  await app.run.waitFor();
  await page.locator("[data-blocked]").waitFor({ state: "detached" });
  await look("data, table read");
  await app.run.click();
  await page.getByRole("progressbar").first().waitFor();
  await look("data, running");
});

visit("signal files", async (page, look) => {
  const prepare = await new PreparePage(page).open();
  await look("signal files, empty");
  const signal = signalFile(1);
  await prepare.add(
    { name: "H3K4me3.bw", buffer: signal },
    { name: "a-long-name-that-tells-nothing-of-its-mark.rep1.rep2.merged.bw", buffer: signal },
    { name: "H3K9me3.bw", buffer: signal.subarray(0, 9000) },
    { name: "genes.gtf", buffer: Buffer.from(genesGtf()) },
  );
  await look("signal files, some that cannot be used");
  await prepare.view.getByRole("button", { name: "Remove H3K9me3.bw" }).click();
  await prepare.view.getByRole("button", { name: /^Remove a-long-name/ }).click();
  for (const box of await prepare.view.getByRole("checkbox").all()) await box.check();
  await prepare.make.click();
  await prepare.made.waitFor();
  await look("signal files, table made");
});
