// The first screen: what it says, that it fits a laptop, and that its example is what the page computes.

import { expect, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { table } from "../support/tables.ts";

const LAPTOP = { width: 1366, height: 650 };

/** The numbers that the story of the example gives: with all marks, without the one, without any other. */
function story(text: string): [number, number, number] {
  const [, before, after, least] =
    /carries this prediction\. Without it P\(on\) falls from ([\d.]+) to ([\d.]+); without any other mark it stays at ([\d.]+) or more/.exec(
      text.replace(/\s+/g, " "),
    ) ?? [];
  return [Number(before), Number(after), Number(least)];
}

test("the first screen on a laptop, before a file and after it", async ({ page }) => {
  await page.setViewportSize(LAPTOP);
  const app = await new AppPage(page).open("?device=cpu");
  await test.step("on a laptop the first screen has the sentence, a figure, the place for files and its buttons, in few words", async () => {
    const shown = [
      page.getByText("Predict which genes are on from your ChIP-seq, and see where the model looked."),
      page.locator("regulens-first-gene svg"),
      page.getByText("Drop your files here"),
      page.getByText("Choose files…"),
      page.getByRole("button", { name: /^Try the example/ }),
      page.getByRole("button", { name: "Open this gene" }),
    ];
    for (const each of shown) {
      const box = await each.boundingBox();
      expect((box?.y ?? Infinity) + (box?.height ?? 0), String(each)).toBeLessThanOrEqual(LAPTOP.height);
    }
    const words = await page.evaluate(() => {
      /** All that is to be read below a node, as the page shows it. */
      const read = (node: Node): string => {
        if (node instanceof Text) return node.data;
        if (!(node instanceof Element || node instanceof ShadowRoot)) return "";
        if (node instanceof Element) {
          if (node.matches("style, svg, .visually-hidden") || !node.checkVisibility()) return "";
          if (node instanceof HTMLSlotElement) return node.assignedNodes().map(read).join(" ");
          if (node.shadowRoot) return read(node.shadowRoot);
        }
        return [...node.childNodes].map(read).join(" ");
      };
      return read(document.querySelector("regulens-app")!).match(/\p{L}[\p{L}\p{N}’-]*/gu)?.length ?? 0;
    });
    expect(words).toBeGreaterThan(100);
    expect(words).toBeLessThanOrEqual(250);
  });
  await test.step("after a drop the run is in reach on a laptop without scrolling", async () => {
    // Values that the model was not trained on, so that there is much to say of them.
    const odd = table({ genes: 30, bins: 200 }).replace(/,(\d+)$/gm, (_, count: string) => `,${Number(count) * 40}`);
    await app.chooseTable({ name: "odd.csv", buffer: Buffer.from(odd) });
    await expect(page.locator("regulens-understood")).toContainText("Table as read");
    await expect(app.run).toBeInViewport({ ratio: 1 });
  });
});

test("the example: what the first screen says of its gene, and what each gene that is opened says", async ({
  page,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  await test.step("the example on the first screen is what the page computes, and one click opens it", async () => {
    const first = page.locator("regulens-first-gene");
    const [before, after, least] = story((await first.locator(".story").textContent()) ?? "");
    expect(after).toBeLessThan(0.5);
    expect(least).toBeGreaterThan(0.5);
    const drawn = (value: number) => page.locator("svg text", { hasText: `P(on) = ${value}` }).first();
    await expect(drawn(before)).toBeVisible();
    await first.getByRole("checkbox", { name: /^Remove H3/ }).check();
    await expect(drawn(after)).toBeVisible();
    const [, mark = ""] = /^\s*(\S+) carries/.exec((await first.locator(".story").textContent()) ?? "") ?? [];
    await first.getByRole("button", { name: "Open this gene" }).click();
    await app.finished(400);
    const gene = page.getByRole("group", { name: /^Gene SIM/ });
    await expect(gene).toBeInViewport();
    await expect(drawn(before)).toBeVisible();
    await expect(first).toHaveCount(0);
    // The same is said of it there, from what is computed now.
    const sentence = page.locator("regulens-carried");
    await expect(sentence).toContainText("carries this prediction");
    expect(story((await sentence.locator("p").textContent()) ?? "")).toEqual([before, after, least]);
    // Each mark in turn, by the page's own tool.
    const rows = await app.predictions();
    const id = ((await gene.getAttribute("aria-label")) ?? "").replace("Gene ", "");
    expect(rows.get(id)?.probability).toBeCloseTo(before, 3);
    await app.tab("What if");
    const perturb = page.locator("regulens-perturb");
    await perturb.getByRole("combobox", { name: /mark/i }).first().selectOption({ label: mark });
    await perturb.getByRole("button", { name: /Set to zero/ }).click();
    await expect(perturb).toContainText(after.toFixed(3));
  });
  await test.step("every gene that is opened says what carries its prediction, from its own numbers", async () => {
    const sentence = page.locator("regulens-carried p");
    await expect(sentence).toContainText("this prediction.");
    const gene = page.getByRole("group", { name: /^Gene SIM/ });
    const rows = await app.predictions();
    // The list begins with the gene that is most probably on.
    const probabilities = [...rows.values()].map(({ probability = Number.NaN }) => probability);
    const ends = { Home: Math.max(...probabilities), End: Math.min(...probabilities) };
    for (const [key, probability] of Object.entries(ends)) {
      await app.grid.focus();
      await page.keyboard.press(key);
      await page.keyboard.press("Enter");
      const said = probability > 0.999 ? "> 0.999" : probability < 0.001 ? "< 0.001" : probability.toFixed(3);
      await expect(sentence).toContainText("this prediction.");
      await expect(sentence).toContainText(said);
      const id = ((await gene.getAttribute("aria-label")) ?? "").replace("Gene ", "");
      expect(rows.get(id)?.probability).toBe(probability);
    }
  });
});
