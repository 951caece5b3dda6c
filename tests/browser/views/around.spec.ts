// Menus and dialogs, the page of one file, the element, and the pages beside this one.

import { test, type Page } from "@playwright/test";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { host, until, GENE } from "../support/element-page.ts";
import { AppPage } from "../support/app-page.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";
import { CHANGE, EXAMPLE, TRACKS, finished, finishedTracks, visit } from "./view.ts";

visit("menus", async (page, look) => {
  const app = await finished(page, EXAMPLE);
  await app.openBarMenu("Export");
  await look("menu, export", "window");
  await app.openRemarks();
  await look("menu, to know", "window");
  await page.keyboard.press("Escape");
  await page.locator("regulens-workspace-menu summary").click();
  await look("menu, workspace", "window");
  await page.keyboard.press("Escape");
  await app.device.click();
  await look("menu, device", "window");
});

for (const [task, query] of [
  ["on or off", EXAMPLE],
  ["change", CHANGE],
  ["tracks", TRACKS],
] as const)
  visit(`dialogs and one file, ${task}`, async (page, look) => {
    const app = await (query === TRACKS ? finishedTracks(page) : finished(page, query));
    await app.openBarMenu("Export");
    await page.getByRole("button", { name: "Methods", exact: true }).click();
    await page.getByRole("dialog", { name: "Methods and citations" }).waitFor();
    await look(`dialog, methods, ${task}`, "window");
    await page.keyboard.press("Escape");
    await app.openBarMenu("Export");
    await page.getByRole("button", { name: "Save as one file…" }).click();
    const dialog = page.getByRole("dialog", { name: "Save as one file" });
    await dialog.getByText(/^The file has [\d.]+ MB\.$/).waitFor();
    await look(`dialog, save as one file, ${task}`, "window");
    await page.keyboard.press("Escape");
    const genes = query === TRACKS ? {} : { genes: 20 };
    const saved = await saveAsOneFile(page, test.info().outputPath("page.html"), genes);
    await look(`one file, ${task}`, "page", (await OneFile.open(page, saved.path)).page);
  });

visit("workspaces", async (page, look) => {
  const open = (buffer: Buffer) =>
    page
      .locator("regulens-workspace-menu input[type=file]")
      .setInputFiles({ name: "mine.regulens.json", mimeType: "application/json", buffer });
  const app = await new AppPage(page).open("?device=cpu");
  await open(Buffer.from("{"));
  await app.alert().first().waitFor();
  await look("workspace, refused");
  await app.chooseTable({ name: "mine.csv", buffer: Buffer.from(table({ genes: 6 })) });
  await app.run.click();
  await app.finished(6);
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const workspace = await readFile(await (await download).path());
  await app.open("?device=cpu");
  await open(workspace);
  const asking = page.getByRole("dialog", { name: /^Open / });
  await asking.locator("input[type=file]").setInputFiles([
    { name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(table({ genes: 5 })) },
    { name: "nobody-asked.csv", mimeType: "text/csv", buffer: Buffer.from("x") },
  ]);
  await asking.getByText(/Found other content/).waitFor();
  await look("dialog, open a workspace", "window");
});

visit("element", async (page, look) => {
  await host(page, GENE);
  await until(page, "ready");
  await look("element, gene");
  await page.unrouteAll();
  await host(page, GENE.replace("SIM000001", "NOBODY"));
  await until(page, "error");
  await look("element, error");
  await page.unrouteAll();
  await page.route("**/*.safetensors", () => {});
  await host(page, GENE);
  await page.getByRole("button", { name: "Cancel" }).first().waitFor();
  await look("element, loading");
});

/** A view of the element that is far away waits until it is near. */
async function seenOnce(page: Page): Promise<void> {
  for (const each of await page.locator("regulens-view").all()) {
    await each.scrollIntoViewIfNeeded();
    await each.locator("svg").first().waitFor();
  }
  await page.evaluate(() => scrollTo(0, 0));
}

visit("pages beside this one", async (page, look) => {
  for (const guide of readdirSync(join(import.meta.dirname, "../../../docs/guides"))) {
    const name = guide.replace(".md", "");
    await page.goto(`./guides/${name}.html`);
    await look(`guide, ${name}`);
  }
  await page.goto("./api/index.html");
  await look("guide, the package's API");
  await page.goto("./embed.html");
  await seenOnce(page);
  await look("element, every view");
});
