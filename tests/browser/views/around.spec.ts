// Menus and dialogs, the page of one file, the element, and the pages beside this one.

import { test, type Page } from "@playwright/test";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { host, until, GENE } from "../support/element-page.ts";
import { LensPage } from "../support/lens-page.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";
import { CHANGE, EXAMPLE, TRACKS, finished, finishedTracks, view } from "./view.ts";

view(
  "menu, export",
  async (page) => {
    await (await finished(page, EXAMPLE)).openBarMenu("Export");
  },
  "window",
);

view(
  "menu, to know",
  async (page) => {
    await (await finished(page, EXAMPLE)).openRemarks();
  },
  "window",
);

view(
  "menu, workspace",
  async (page) => {
    await finished(page, EXAMPLE);
    await page.locator("regulens-workspace-menu summary").click();
  },
  "window",
);

view(
  "menu, device",
  async (page) => {
    await (await finished(page, EXAMPLE)).device.click();
  },
  "window",
);

for (const [what, query] of [
  ["on or off", EXAMPLE],
  ["tracks", TRACKS],
] as const) {
  const open = async (page: Page, button: string): Promise<void> => {
    const lens = await (query === TRACKS ? finishedTracks(page) : finished(page, query));
    await lens.openBarMenu("Export");
    await page.getByRole("button", { name: button, exact: true }).click();
  };
  view(
    `dialog, save as one file, ${what}`,
    async (page) => {
      await open(page, "Save as one file…");
      const dialog = page.getByRole("dialog", { name: "Save as one file" });
      await dialog.getByText(/^The file has [\d.]+ MB\.$/).waitFor();
    },
    "window",
  );

  view(
    `dialog, methods, ${what}`,
    async (page) => {
      await open(page, "Methods");
      await page.getByRole("dialog", { name: "Methods and citations" }).waitFor();
    },
    "window",
  );
}

view(
  "dialog, open a workspace",
  async (page) => {
    const lens = await new LensPage(page).open("?device=cpu");
    await lens.chooseTable({ name: "mine.csv", buffer: Buffer.from(table({ genes: 6 })) });
    await lens.run.click();
    await lens.finished(6);
    const download = page.waitForEvent("download");
    await page.keyboard.press("Control+s");
    const workspace = await readFile(await (await download).path());
    await lens.open("?device=cpu");
    await page
      .locator("regulens-workspace-menu input[type=file]")
      .setInputFiles({ name: "mine.regulens.json", mimeType: "application/json", buffer: workspace });
    const asking = page.getByRole("dialog", { name: /^Open / });
    await asking.locator("input[type=file]").setInputFiles([
      { name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(table({ genes: 5 })) },
      { name: "nobody-asked.csv", mimeType: "text/csv", buffer: Buffer.from("x") },
    ]);
    await asking.getByText(/Found other content/).waitFor();
  },
  "window",
);

view("workspace, refused", async (page) => {
  const lens = await new LensPage(page).open("?device=cpu");
  await page
    .locator("regulens-workspace-menu input[type=file]")
    .setInputFiles({ name: "bad.regulens.json", mimeType: "application/json", buffer: Buffer.from("{") });
  await lens.alert().first().waitFor();
});

for (const [what, query] of [
  ["on or off", EXAMPLE],
  ["change", CHANGE],
  ["tracks", TRACKS],
] as const)
  view(`one file, ${what}`, async (page) => {
    await (query === TRACKS ? finishedTracks(page) : finished(page, query));
    const genes = query === TRACKS ? {} : { genes: 20 };
    const saved = await saveAsOneFile(page, test.info().outputPath("page.html"), genes);
    return (await OneFile.open(page, saved.path)).page;
  });

view("element, gene", async (page) => {
  await host(page, GENE);
  await until(page, "ready");
});

view("element, loading", async (page) => {
  await page.route("**/*.safetensors", () => {});
  await host(page, GENE);
  await page.getByRole("button", { name: "Cancel" }).first().waitFor();
});

view("element, error", async (page) => {
  await host(page, GENE.replace("SIM000001", "NOBODY"));
  await until(page, "error");
});

view("element, every view", async (page) => {
  await page.goto("./embed.html");
  // A view that is far away waits until it is near.
  for (const each of await page.locator("regulens-view").all()) {
    await each.scrollIntoViewIfNeeded();
    await each.locator("svg").first().waitFor();
  }
  await page.evaluate(() => scrollTo(0, 0));
});

for (const guide of readdirSync(join(import.meta.dirname, "../../../docs/guides")))
  view(`guide, ${guide.replace(".md", "")}`, async (page) => {
    await page.goto(`./guides/${guide.replace(".md", ".html")}`);
  });

view("guide, the package's API", async (page) => {
  await page.goto("./api/index.html");
});
