// A stranger's workspace: its names are text, its paths are none, and `__proto__` is a key like any other.

import { expect, test } from "../support/fixtures.ts";
import { expectNoDialog, expectOnlyText, LONG, MARKUP, NAMES } from "../support/hostile.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { drop } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";
import { readFile } from "node:fs/promises";

test("the names, the notes and the keys of a workspace", async ({ page }) => {
  expectNoDialog(page);
  const app = await new AppPage(page).open(QUICK);
  const genes = NAMES.reduce(
    (text, name, i) => text.replaceAll(`GENE${i + 1},`, () => `"${name}",`),
    table({ genes: NAMES.length }),
  );
  const given = { name: "mine.csv", buffer: Buffer.from(genes) };
  await app.runTable(given, NAMES.length);
  await app.grid.getByRole("row").filter({ hasText: "onerror" }).first().click();
  await app.tab("Notes");
  await page.getByRole("textbox", { name: "Notes" }).fill(`${MARKUP}\n${LONG}`);
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const workspace = JSON.parse(await readFile(await (await download).path(), "utf8"));

  workspace.program = MARKUP;
  for (const model of workspace.models) Object.assign(model, { name: MARKUP });
  for (const input of workspace.inputs)
    Object.assign(input, { name: "../../../../etc/<img src=x onerror=alert(4)>.csv" });
  const text = JSON.stringify(workspace).replace("{", '{"__proto__":{"polluted":true},"constructor":{"prototype":1},');
  await app.open(QUICK);
  await drop(page, "../<img src=x onerror=alert(5)>.regulens.json", text);
  const asking = page.getByRole("dialog", { name: /^Open / });
  await expect(asking).toContainText("onerror=alert(4)");
  await expectOnlyText(page);
  await asking
    .locator("input[type=file]")
    .setInputFiles({ ...given, name: "<b>.csv", mimeType: "application/octet-stream" });
  await asking.getByRole("button", { name: "Open", exact: true }).click();
  await app.finished(NAMES.length);
  await expect(page.locator("regulens-gene h3").first()).toContainText("onerror=alert(1)");
  await app.tab("Notes");
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue(`${MARKUP}\n${LONG}`);
  await expectOnlyText(page);
  expect(await page.evaluate(() => ({}) as { polluted?: boolean })).toEqual({});
  expect(await page.evaluate(() => (Object.prototype as { polluted?: boolean }).polluted)).toBeUndefined();
});

test("an address that a stranger made is text, and says what is not here", async ({ page }) => {
  expectNoDialog(page);
  for (const name of ["__proto__", "constructor", MARKUP, "../../../etc/passwd", "\u202egnp.exe"]) {
    const query = new URLSearchParams({
      model: name,
      example: name,
      gene: name,
      view: name,
      region: name,
      variant: name,
    });
    await page.goto(`./?device=cpu&${query}`);
    await new AppPage(page).ready();
    await expect(page.getByText("Parts of this link could not be opened")).toBeVisible();
    await expectOnlyText(page);
  }
});
