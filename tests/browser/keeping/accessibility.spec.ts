// The rules of accessibility in what keeps and cites the page.

import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { table } from "../support/tables.ts";

// axe is put into the page, which its content security policy would forbid.
test.use({ bypassCSP: true });

test("no rule is broken by a changed signal, methods, links, notes and workspaces in light and dark colours", async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const app = await new AppPage(page).open("?device=cpu&model=nobody&gene=none");
  const state = (name: string) => test.step(name, async () => expect(await violations(page), name).toEqual([]));
  await state("an address that asks in vain");
  await app.runTable({ name: "mine.csv", buffer: Buffer.from(table({ genes: 6 })) }, 6);
  await app.tab("What if");
  await page.locator("regulens-perturb").getByRole("button", { name: "Set to zero" }).click();
  await expect(page.locator("regulens-perturb .outcome")).toBeVisible();
  await state("a changed signal");
  await app.tab("Notes");
  await page.getByRole("textbox", { name: "Notes" }).fill("a note");
  await state("notes");
  await app.openBarMenu("Export");
  await page.getByRole("button", { name: "Methods", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Methods and citations" })).toBeVisible();
  await state("the methods");
  await page.keyboard.press("Escape");
  await page.locator("regulens-workspace-menu summary").click();
  await state("the workspace menu, with no link");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Save workspace/ }).click();
  const path = await (await download).path();
  await page.locator("regulens-workspace-menu summary").click();
  await app.chooseTable({ name: "other.csv", buffer: Buffer.from(table({ genes: 4 })) });
  await page.locator("regulens-workspace-menu input[type=file]").setInputFiles(path);
  const asking = page.getByRole("dialog", { name: /^Open / });
  await expect(asking).toBeVisible();
  await state("what a workspace asks for");
  await asking.locator("input[type=file]").setInputFiles([
    { name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(table({ genes: 5 })) },
    { name: "nobody-asked.csv", mimeType: "text/csv", buffer: Buffer.from("x") },
  ]);
  await expect(asking).toContainText("Found other content");
  await state("a file with other content, and one that nobody asked for");
  await asking.getByRole("button", { name: "Use it anyway" }).click();
  await asking.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("button", { name: "Restore previous page" })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText("mine.csv has other content than when the workspace was saved.")).toBeVisible();
  await app.finished(5);
  await state("a workspace that was restored with other content");
  await page
    .locator("regulens-workspace-menu input[type=file]")
    .setInputFiles({ name: "bad.regulens.json", mimeType: "application/json", buffer: Buffer.from("{") });
  await expect(app.alert()).toBeVisible();
  await state("a workspace that is refused");
});
