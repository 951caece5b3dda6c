// A page of one file in Firefox, from disk: saved by the page in Chromium, as by any reader, and opened here.

import { chromium } from "@playwright/test";
import { pathToFileURL } from "node:url";
import { AppPage } from "../support/app-page.ts";
import { manifestOf, saveAsOneFile } from "../support/standalone-page.ts";
import { expect, test } from "./fixtures.ts";
import { until } from "./firefox.mjs";

test("a page of one file is live in Firefox from disk, with the numbers of the page", async ({
  visit,
  baseURL,
}, info) => {
  const path = info.outputPath("page.html");
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const saving = await browser.newPage();
  await saving.goto(new URL("./?model=attentive-chrome-k562&example=simulated&device=cpu", baseURL).href);
  const app = new AppPage(saving);
  await app.finished();
  const { text } = await saveAsOneFile(saving, path, { genes: 100, title: "Figure S1" });
  const all = await app.predictions();
  await browser.close();

  const { page, requests } = await visit(pathToFileURL(path).href);
  expect(await page.title()).toBe("Figure S1");
  await until(page, () =>
    Boolean(
      document
        .querySelector("regulens-standalone")
        ?.shadowRoot?.querySelector("regulens-results")
        ?.shadowRoot?.querySelector("regulens-gene")
        ?.shadowRoot?.querySelector("regulens-figure"),
    ),
  );
  // Firefox draws the triangle of what is folded in a font of its own, from a data: address.
  expect(requests.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
  expect(await page.evaluate(() => document.querySelector("footer")?.textContent)).toContain(
    manifestOf(text).model.sha256,
  );

  // Predictions, as the results have them; then another gene, a changed signal, and the picture as SVG.
  const found = await page.evaluate(async () => {
    const results = document
      .querySelector("regulens-standalone")!
      .shadowRoot!.querySelector("regulens-results")! as unknown as {
      session: {
        selectGene(index: number): Promise<void>;
        state: { run: { genes: string[]; probability: Float32Array } };
      };
      updateComplete: Promise<boolean>;
      shadowRoot: ShadowRoot;
    };
    const { run } = results.session.state;
    const gene = () => results.shadowRoot.querySelector("regulens-gene")!.shadowRoot!;
    await results.session.selectGene(7);
    await results.updateComplete;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const name = gene().querySelector("h3")?.textContent;
    const perturb = gene().querySelector("regulens-perturb")!.shadowRoot!;
    [...perturb.querySelectorAll("button")].find((button) => button.textContent?.trim() === "Set to zero")?.click();
    for (let i = 0; i < 100 && !/changed from 0\.\d+ to/.test(perturb.textContent ?? ""); i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const saved: string[] = [];
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob: Blob) => (void blob.text().then((text) => saved.push(text)), createObjectURL(blob));
    // The figure with contributions takes the place of the first one, which is not drawn where it was never seen.
    const shown = () => {
      const explained = gene().querySelector("regulens-explained")?.shadowRoot;
      return [explained, gene()].map((root) => root?.querySelector("regulens-figure")?.shadowRoot);
    };
    const drawn = () => shown().find((root) => root?.querySelector(".tools [aria-haspopup]"));
    for (let i = 0; i < 400 && !drawn(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    const figure = drawn()!;
    figure.querySelector<HTMLButtonElement>(".tools [aria-haspopup]")!.click();
    for (let i = 0; i < 100 && !figure.querySelector("regulens-save-menu")?.shadowRoot?.querySelector("button"); i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    figure
      .querySelector("regulens-save-menu")!
      .shadowRoot!.querySelector<HTMLButtonElement>('button[aria-label$="as SVG"]')!
      .click();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return {
      genes: [...run.genes],
      probability: Array.from(run.probability),
      name,
      changed: perturb.textContent,
      svg: saved[0],
    };
  });
  expect(found.genes).toHaveLength(100);
  for (const [i, gene] of found.genes.entries())
    expect(Math.abs((found.probability[i] ?? NaN) - (all.get(gene)?.probability ?? NaN))).toBeLessThanOrEqual(1e-6);
  expect(found.name).toBe(found.genes[7]);
  expect(found.changed).toMatch(/P\(on\) changed from 0\.\d+ to 0\.\d+/);
  expect(found.svg).toContain("<svg ");
});
