// Tracks with variants, several samples and levels in Firefox: one page, on which one follows the other.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withCard } from "../support/safetensors.ts";
import { table } from "../support/tables.ts";
import { expect, test } from "./fixtures.ts";
import { until } from "./firefox.mjs";

const VCF = join(import.meta.dirname, "../../../models/examples/sequence.vcf");
const LIVER = table({ genes: 12 });
/** The same, in which one gene has no signal. */
const HEART = LIVER.replace(/^(GENE3,\d+),.*$/gm, "$1,0,0,0,0,0");

test("tracks, the variants of a VCF and samples are shown in Firefox", async ({ visit }) => {
  test.setTimeout(600_000);
  const { page } = await visit("./?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence");
  // Elements in shadow trees, as a person sees them.
  await page.evaluate(() => {
    const all = (selector: string, root: Document | ShadowRoot = document): HTMLElement[] => [
      ...root.querySelectorAll<HTMLElement>(selector),
      ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? all(selector, shadowRoot) : [])),
    ];
    Object.assign(globalThis, { seen: (selector: string) => all(selector).filter((each) => each.checkVisibility()) });
  });
  const seen = (selector: string, pattern: RegExp): Promise<void> =>
    until(
      page,
      (selector, pattern) =>
        (globalThis as unknown as { seen(selector: string): HTMLElement[] })
          .seen(selector)
          .some((each) => new RegExp(pattern).test(each.getAttribute("aria-label") ?? each.innerText)),
      selector,
      pattern.source,
    );
  const press = (pattern: RegExp): Promise<void> =>
    until(
      page,
      (pattern) => {
        const button = (globalThis as unknown as { seen(selector: string): HTMLButtonElement[] })
          .seen("button")
          .find((each) => !each.disabled && new RegExp(pattern).test(each.innerText.trim()));
        button?.click();
        return button !== undefined;
      },
      pattern.source,
    );
  const drop = (...files: { name: string; buffer: Buffer }[]): Promise<void> =>
    page.evaluate(
      (dropped) => {
        const dataTransfer = new DataTransfer();
        for (const { name, base64 } of dropped)
          dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
        for (const kind of ["dragenter", "dragover", "drop"])
          document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
      },
      files.map(({ name, buffer }) => ({ name, base64: buffer.toString("base64") })),
    );

  await test.step("tracks, and the table of variants at one press", async () => {
    await seen("svg[role=img]", /^Predicted tracks along sim1/);
    await drop({ name: "sequence.vcf", buffer: readFileSync(VCF) });
    await press(/^Score (all )?24 variants$/);
    await seen("p", /^\d+ of 24 variants above the 95th percentile/);
    await seen("[role=grid][aria-label^='Variants of']", /^Variants of sequence\.vcf/);
  });
  await test.step("three tables are samples, and the difference of two is said in a line", async () => {
    const tables = { "liver.csv": LIVER, "heart.csv": HEART, "brain.csv": LIVER };
    await drop(...Object.entries(tables).map(([name, text]) => ({ name, buffer: Buffer.from(text) })));
    await press(/^Run on 3 samples$/);
    await seen("[data-result]", /GENE3 differs most, by [−+]\d/);
    await seen("[role=grid]", /^Predictions by sample$/);
  });
  await test.step("a model of level in place of it: levels of the same tables, and the marks of a gene", async () => {
    const shipped = readFileSync(join(import.meta.dirname, "../../../models/cnn-alpha-beta-k562.safetensors"));
    const card = { task: "level", unit: "log2(count + 1)", name: "My levels", metrics: undefined };
    const others = { class_means: undefined, explanation: undefined, calibration: undefined, conformal: undefined };
    // During a run a model is not taken, and beside samples a table is one more of them.
    await seen("span", /^\s*Up to date\s*$/);
    await press(/^Close the samples$/);
    await drop({ name: "levels.safetensors", buffer: withCard(shipped, { ...card, ...others }) });
    await seen("summary", /My levels/);
    await drop({ name: "genes.csv", buffer: Buffer.from(LIVER) });
    await press(/^Run( again)? on 12 genes$/);
    await seen("p", /^Level −?\d+\.\d\d \(log2\(count \+ 1\)\): /);
    await seen("[role=grid][aria-label=Genes]", /^Genes$/);
  });
  expect(await page.title()).toContain("Regulens");
});
