// The main job without a pointer: from the loaded page to a saved figure by Tab, arrows, Enter and Space alone.

import { readFile } from "node:fs/promises";
import { expect, test } from "../support/fixtures.ts";
import { expectShown, type Focused, focused, tabTo } from "../support/focus.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import type { Page } from "@playwright/test";

/** Opens the choice of models, and leaves the focus on its chip. */
async function openModels(page: Page, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const opens = ({ tag, name }: Focused) =>
    (tag === "summary" && name.startsWith("Model:")) || (tag === "button" && name.startsWith("Change the model"));
  await tabTo(page, opens, "the model", key);
  await expectShown(page);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("group", { name: "What to predict" })).toBeVisible();
}

test("a model of histone marks: choose it, run the example and another model, pick a gene, save its figure", async ({
  page,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  await page.keyboard.press("Tab");
  expect((await focused(page)).name).toBe("Skip to the model and data");
  await page.keyboard.press("Enter");
  await openModels(page);
  await tabTo(page, ({ role, name }) => role === "radio" && name.startsWith("K562 ("), "the cell type");
  await expectShown(page);
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("Model AttentiveChrome LSTM-α,β, H1 is open.")).toHaveCount(1);
  // Another variant is recommended of H1, so that the others are open with the one that is chosen.
  await tabTo(page, ({ role, name }) => role === "radio" && name.startsWith("LSTM-α,β"), "the variant");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("Model AttentiveChrome LSTM-α, H1 is open.")).toHaveCount(1);
  await page.keyboard.press("Escape");
  expect((await focused(page)).name).toMatch(/^Model: Genes on or off/);
  await tabTo(page, ({ tag, name }) => tag === "button" && name.startsWith("Try the example"), "the example");
  await expectShown(page);
  await page.keyboard.press("Enter");
  await app.finished(400);
  // The results take the focus.
  expect((await focused(page)).name).toBe("Results");
  await tabTo(page, ({ role, name }) => role === "grid" && name === "Genes", "the table of genes");
  await expectShown(page);
  const shown = page.getByRole("group", { name: /^Gene SIM/ });
  const before = await shown.getAttribute("aria-label");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const active = app.grid.locator(`#${await app.grid.getAttribute("aria-activedescendant")}`);
  await expect(active).toHaveAttribute("aria-rowindex", "4");
  await page.keyboard.press("Enter");
  await expect(active).toHaveAttribute("aria-selected", "true");
  await expect(shown).not.toHaveAttribute("aria-label", before ?? "");
  const gene = ((await shown.getAttribute("aria-label")) ?? "").replace("Gene ", "");
  expect((await active.getByRole("gridcell").first().innerText()).trim()).toBe(gene);
  await expect(page.getByRole("img", { name: new RegExp(`^Contributions along ${gene}`) })).toBeVisible();
  await page.keyboard.press("End");
  await expect(app.grid.locator('[aria-rowindex="401"]')).toBeInViewport();
  await tabTo(
    page,
    ({ role, name }) => role === "slider" && name.startsWith(`contributions to the score of ${gene}`),
    "the figure",
  );
  await page.keyboard.press("ArrowRight");
  await tabTo(page, ({ name }) => name === `Save contributions to the score of ${gene}`, "its button");
  await page.keyboard.press("Enter");
  await tabTo(page, ({ name }) => name === `Save contributions to the score of ${gene} as PNG`, "the menu");
  await tabTo(page, ({ name }) => name === `Save contributions to the score of ${gene} as SVG`, "SVG", "Shift+Tab");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const file = await download;
  expect(file.suggestedFilename()).toBe(`simulated.${gene}.contributions.svg`);
  expect(await readFile(await file.path(), "utf8")).toContain(gene);
  // Another model, and its run, backwards from here.
  await openModels(page, "Shift+Tab");
  await tabTo(page, ({ role, name }) => role === "radio" && name.startsWith("LSTM-α"), "the variant");
  await page.keyboard.press("ArrowDown");
  await expect(app.run).toBeEnabled();
  await tabTo(page, ({ tag, name }) => tag === "button" && name.startsWith("Run again"), "the run");
  await page.keyboard.press("Space");
  await app.finished(400);
  await expect(page.locator("regulens-summary")).toContainText("LSTM");
});

test("tracks: choose the model, run the example, look at a bin, save the figure", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  await openModels(page);
  await tabTo(page, ({ role, name }) => role === "radio" && name === "Genes on or off", "what to predict");
  for (let press = 0; press < 3 && (await focused(page)).name !== "Tracks from DNA"; press++) {
    await page.keyboard.press("ArrowRight");
    await app.ready();
  }
  expect((await focused(page)).name).toBe("Tracks from DNA");
  await expect(page.locator("regulens-sequence-data")).toContainText("Drop a sequence");
  await tabTo(page, ({ tag, name }) => tag === "button" && name.startsWith("Try the example"), "the example");
  await page.keyboard.press("Enter");
  const tracks = page.getByRole("img", { name: /^Predicted tracks along/ });
  await expect(tracks).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^r = /)).toBeVisible();
  expect((await focused(page)).name).toBe("Results");
  await tabTo(page, ({ name }) => name === "Zoom in", "the zoom");
  await expectShown(page);
  await page.keyboard.press("Enter");
  await tabTo(page, ({ role, name }) => role === "slider" && name.startsWith("predicted tracks of"), "the figure");
  await expectShown(page);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await tabTo(page, ({ name }) => /^Save predicted tracks of (?!.* as )/.test(name), "its button");
  await page.keyboard.press("Enter");
  await tabTo(page, ({ name }) => /^Save predicted tracks of .* as PNG$/.test(name), "the menu");
  await tabTo(page, ({ name }) => /^Save predicted tracks of .* as SVG$/.test(name), "SVG", "Shift+Tab");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  expect((await download).suggestedFilename()).toMatch(/^sequence\..*\.sequence-tracks\.svg$/);
});

test("workspace and methods: menu, dialog and notes are reached, and give the focus back", async ({ page }) => {
  const app = await new AppPage(page).open(`${QUICK}&example=simulated`);
  await app.finished(400);
  await tabTo(page, ({ tag, name }) => tag === "summary" && name === "Export", "what can be saved", "Shift+Tab");
  await expectShown(page);
  await page.keyboard.press("Enter");
  await tabTo(page, ({ name }) => name === "Methods", "the methods");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Methods and citations" })).toBeVisible();
  await page.keyboard.press("Escape");
  expect((await focused(page)).name).toBe("Methods");
  await tabTo(page, ({ name }) => name === "Arrays, NumPy (.npz)", "the arrays", "Shift+Tab");
  const arrays = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  await arrays;
  await expect(page.getByLabel("Lines of Python that open it")).toBeVisible();
  expect((await focused(page)).name, "the button that was busy keeps the focus").toBe("Arrays, NumPy (.npz)");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Arrays, NumPy (.npz)" })).toBeHidden();
  expect((await focused(page)).name).toBe("Export");
  await page.keyboard.press("Enter");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Methods", exact: true }), "nothing had the focus").toBeHidden();
  expect((await focused(page)).name).toBe("Export");
  await tabTo(page, ({ tag, name }) => tag === "summary" && name === "Workspace", "the workspace");
  await expectShown(page);
  await page.keyboard.press("Enter");
  await tabTo(page, ({ name }) => name === "Copy link", "the link");
  await page.keyboard.press("Escape");
  expect((await focused(page)).name).toBe("Workspace");
  await tabTo(page, ({ role, name }) => role === "tab" && name === "Why", "the tabs");
  await expectShown(page);
  await page.keyboard.press("End");
  await tabTo(page, ({ tag, name }) => tag === "textarea" && name === "Notes", "the notes");
  await page.keyboard.type("by keyboard");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const text = await readFile(await (await download).path(), "utf8");
  expect(JSON.parse(text).notes).toBe("by keyboard");
});
