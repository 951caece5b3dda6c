// Contributions of bases to a track: asked for the place in view, cancelled, read out and saved.

import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, pick } from "../support/app-page.ts";
import { choose, planted } from "../support/change-page.ts";
import { drop } from "../support/standalone-page.ts";

const LAPTOP = { width: 1366, height: 768 };
/** The window of the other tests. */
const WINDOW = { width: 1280, height: 900 };

/** Fails where the page is higher than one screen and a half. */
const fits = (page: Page, what: string) =>
  expect
    .poll(() => page.evaluate(() => document.documentElement.scrollHeight), what)
    .toBeLessThanOrEqual(1.5 * LAPTOP.height);

test("what a track rests on is found for the place in view, with progress and cancel", async ({ page }) => {
  const app = await new AppPage(page).open(
    "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence&view=tracks&region=sim1:30001-32048",
  );
  await expect(page.getByRole("img", { name: /^Predicted tracks along/ })).toBeVisible({ timeout: 240_000 });
  const view = page.locator("regulens-base-contributions");
  const ask = view.getByRole("button", { name: /^Explain [\d,]+ bases$/ });

  await test.step("integrated gradients take their time: they are cancelled, and nothing is shown", async () => {
    await ask.click();
    await view.getByRole("button", { name: "Cancel" }).click();
    await expect(ask).toBeEnabled();
    await expect(view.getByRole("img")).toHaveCount(0);
  });

  await test.step("one gradient is quick, says what it is worth, and is drawn along the place", async () => {
    await view.getByLabel("Method").selectOption({ label: "one gradient (fast, rough)" });
    await ask.click();
    const drawn = view.getByRole("img", { name: /^ATAC: contributions in sim1:.* Most: [ACGT] at / });
    await expect(drawn).toHaveAccessibleName(/in sim1:(29,9|30,0)\d\d–32,\d+\./, { timeout: 120_000 });
    await expect(view).toContainText(/ATAC, top bases: [ACGT] at 3[0-2],\d{3} \([+−]\d+\), [ACGT] at /);
    await expect(view).toContainText("a rough guide that does not add up.");
  });

  await test.step("tracks, contributions and attention stand under each other, on one axis", async () => {
    const tracks = page.getByRole("img", { name: /^Predicted tracks along/ });
    const looked = page.getByRole("img", { name: /^Attention from sim1:/ });
    const tickOf = async (picture: Locator): Promise<number | undefined> => {
      const tick = picture.locator("text", { hasText: /^31,000$/ });
      return (await tick.boundingBox())?.x;
    };
    const at = await tickOf(tracks);
    expect(at).toBeDefined();
    expect(await tickOf(view.getByRole("img"))).toBeCloseTo(at!, 1);
    await page.setViewportSize(LAPTOP);
    await expect(looked).toBeHidden();
    await fits(page, "contributions");
    // A bin is chosen to see where it looked.
    await page.getByRole("slider", { name: /^predicted tracks/ }).click();
    await expect(looked).toHaveAccessibleName(/^Attention from sim1:3[01],/);
    await expect(view.getByRole("img")).toHaveCount(0);
    await fits(page, "attention");
    await page.setViewportSize(WINDOW);
    await expect.poll(() => tickOf(looked)).toBeCloseTo(at!, 1);
    const tops = await Promise.all([tracks, view, looked].map(async (each) => (await each.boundingBox())?.y ?? 0));
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
  });

  await test.step("letters stand around the strongest base, and around one that is clicked", async () => {
    await page.setViewportSize(LAPTOP);
    await pick(page.getByRole("radio", { name: "Letters", exact: true }));
    await expect(view).toContainText("The strongest position in view, letter by letter.");
    await fits(page, "letters");
    await pick(page.getByRole("radio", { name: "Contributions", exact: true }));
    await view.getByRole("slider", { name: /^contributions to ATAC, read by base/ }).click();
    await expect(page.getByRole("radio", { name: "Letters", exact: true })).toBeChecked();
    await expect(view).toContainText("The chosen position, letter by letter.");
    await pick(page.getByRole("radio", { name: "Contributions", exact: true }));
  });

  await test.step("it is saved as a table of the bases in view", async () => {
    const tsv = await app.save(/Save contributions to ATAC as TSV/);
    const rows = tsv.bytes.toString("utf8").trimEnd().split("\n");
    expect(rows[0]).toBe("record\tposition\tbase\tcontribution");
    expect(rows[1]).toMatch(/^sim1\t(29|30)\d{3}\t[ACGT]\t-?\d/);
    expect(rows.length).toBeGreaterThan(2000);
  });

  await test.step("a track is put to the test at the place in view, with cancel", async () => {
    await app.tab("Test");
    const tested = page.locator("regulens-track-test");
    const asks = tested.getByRole("button", { name: /^Test [\d,]+ bases$/ });
    await asks.click();
    await tested.getByRole("button", { name: "Cancel" }).click();
    await expect(asks).toBeEnabled();
    await expect(tested.getByRole("img")).toHaveCount(0);
    await asks.click();
    await expect(tested.getByRole("img", { name: /^Deletion test, ATAC, sim1:/ })).toBeVisible({ timeout: 240_000 });
    await expect(tested).toContainText(/Mean share of its sum lost along the curve: .*random bases -?\d/);
    const tsv = await app.save(/Save fall of the track as bases are replaced as TSV/);
    const [header, ...saved] = tsv.bytes.toString("utf8").split("\n");
    expect(header).toBe(
      "bases_replaced\tshare_lost_gradient\tshare_lost_integrated-gradients\tshare_lost_attention\tshare_lost_random-bases",
    );
    await test.step("the example brings what was planted: its sites are counted as the file has them", async () => {
      const found = tested.getByRole("table", { name: "Planted sites found in these bases" });
      const row = found
        .getByRole("row")
        .filter({ has: page.getByRole("rowheader", { name: "one gradient", exact: true }) });
      const [sites] = saved.filter((line) => line.startsWith("sites\t")).map((line) => line.split("\t")[1]);
      await expect(row).toContainText(`of ${sites}`);
      await expect(found.getByRole("row")).toHaveCount(5);
      await expect(tested).toContainText("sequence.sites.tsv has the ground truth.");
      const [, from, to] =
        /sim1:([\d,]+)[-–]([\d,]+)/.exec((await tested.getByRole("img").getAttribute("aria-label")) ?? "") ?? [];
      const [first, last] = [from, to].map((text) => Number(text!.replaceAll(",", "")));
      const file = readFileSync(new URL("../../../models/examples/sequence.sites.tsv", import.meta.url), "utf8");
      // Whole bins are tested: up to one more on either side than is in view.
      const acting = (beyond: number): number =>
        file.split("\n").filter((line) => {
          const cells = line.split("\t");
          return Number(cells[1]) >= first! - beyond && Number(cells[2]) <= last! + beyond && Number(cells[7]) > 0;
        }).length;
      expect(acting(0)).toBeGreaterThan(0);
      expect(Number(sites)).toBeGreaterThanOrEqual(acting(0));
      expect(Number(sites)).toBeLessThanOrEqual(acting(128));
    });
    await test.step("a file that says something else is refused in view, and what was known stays", async () => {
      const choose = (name: string, text: string) => drop(page, name, text);
      await choose("bad.sites.tsv", "sequence\tstart\tend\teffect\nsim1\t9\t3\t1\n");
      await expect(tested).toContainText("bad.sites.tsv, line 2: found the bases 9 to 3");
      await expect(tested).toContainText("sequence.sites.tsv has the ground truth.");
      await tested.getByRole("button", { name: "Remove ground truth" }).click();
      await expect(tested.getByText("Choose ground truth…")).toBeVisible();
    });
  });
});

/** Bases that IUPAC's letters stand for. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ A: "A", C: "C", G: "G", T: "T" },
  ...{ R: "AG", Y: "CT", S: "CG", M: "AC", N: "ACGT" },
};

/** The motifs that the simulator plants, in MEME's minimal format. */
function meme(motifs: Readonly<Record<string, string>>): string {
  const row = (letter: string): string => {
    const may = LETTERS[letter] ?? "";
    return [..."ACGT"].map((base) => (may.includes(base) ? 1 / may.length : 0)).join(" ");
  };
  const each = Object.entries(motifs).map(
    ([name, bases]) =>
      `MOTIF ${name}\nletter-probability matrix: alength= 4 w= ${bases.length} nsites= ` +
      `100\n${[...bases].map(row).join("\n")}\n`,
  );
  const background = "Background letter frequencies\nA 0.31 C 0.19 G 0.19 T 0.31\n";
  return `MEME version 4\n\nALPHABET= ACGT\n\n${background}\n${each.join("\n")}`;
}

const PLANTED = meme({
  ...{ Reb1: "TTACCCG", Abf1: "RTCRYNNNNNACG", Rap1: "ACACCCRYACAYM" },
  ...{ "poly(dA:dT)": "AAAAAAAAAAAAAAAA", "decoy_(Gcn4)": "RTGASTCAY" },
});

test("motifs that are dropped name the planted sites that a track rests on, and what a variant breaks", async ({
  page,
}) => {
  // The prediction of one window, and shuffles of it.
  test.slow();
  const app = await new AppPage(page).open(
    "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence&view=tracks&region=sim1:26701-38700",
  );
  await expect(page.getByRole("img", { name: /^Predicted tracks along/ })).toBeVisible({ timeout: 240_000 });
  await app.tab("Why");
  const view = page.locator("regulens-base-contributions");
  const motifs = page.locator("regulens-named-motifs");
  const names = motifs.getByRole("grid", { name: "Names of motifs" });
  const ask = view.getByRole("button", { name: "Explain and name motifs" });

  await test.step("a file that is wrong is told of by its line, and another is read", async () => {
    await expect(ask).toHaveCount(0);
    await drop(page, "sums.meme", PLANTED.replace("0 0 0 1", "0 0.5 0 1"));
    await expect(motifs.locator("regulens-notice[tone=danger]")).toContainText(/sums\.meme, line 10\b.*sum to 1\.5/);
    await drop(page, "planted.meme", PLANTED);
    await expect(motifs).toContainText("Motifs: planted.meme, 5 motifs.");
    await expect(motifs.locator("regulens-notice[tone=danger]")).toHaveCount(0);
    await expect(page.locator("regulens-bar")).toContainText("planted.meme (5 motifs)");
  });

  await test.step("the search can be cancelled", async () => {
    await ask.click();
    await view.getByRole("button", { name: "Cancel" }).click();
    await expect(ask).toBeEnabled();
    await expect(names).toHaveCount(0);
  });

  await test.step("names stand under the place, and each is a planted site on its strand", async () => {
    await ask.click();
    await expect(names).toBeVisible({ timeout: 400_000 });
    await expect(motifs).toContainText(
      /\d+ stretches of 13 bases contribute more than those of shuffles do: \d+ match/,
    );
    await expect(view.getByRole("img", { name: /^ATAC: contributions in .* Named: \w+ at / })).toBeVisible();
    const tsv = await app.save("Names (TSV)");
    const [header, ...rows] = tsv.bytes.toString("utf8").trimEnd().split("\n");
    expect(header).toBe("sequence\tstart\tend\tstrand\tmotif\tscore\tp\tq\tid\tcontribution\tseqlet_q");
    const sites = readFileSync(new URL("../../../models/examples/sequence.sites.tsv", import.meta.url), "utf8");
    const planted = new Set(sites.split("\n").map((line) => line.split("\t").slice(0, 5).join("\t")));
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) expect(planted).toContain(row.split("\t").slice(0, 5).join("\t"));
  });

  await test.step("stretches that look alike stand as a logo, with their count and the name that they have", async () => {
    await expect(motifs).toContainText("All 4 stretches are similar and form 1 pattern.");
    const logos = motifs.getByRole("img", { name: /^ATAC: recurring patterns\./ });
    await expect(logos).toHaveAccessibleName(/ \d+ stretches, like [AG]TC\w+ACG: \d+ match Abf1\./);
    await expect(logos.getByText("2 bits").first()).toBeVisible();
    const tsv = await app.save(/Save recurring patterns as TSV/);
    const [header, first = ""] = tsv.bytes.toString("utf8").split("\n");
    expect(header).toBe("pattern\tseqlets\tmotif\tnamed\tcolumn\tA\tC\tG\tT\tcontribution");
    const [pattern, seqlets, motif, named] = first.split("\t");
    expect([pattern, motif]).toEqual(["pattern-1", "Abf1"]);
    expect(Number(seqlets)).toBeGreaterThanOrEqual(4);
    expect(Number(named)).toBeLessThanOrEqual(Number(seqlets));
  });

  await test.step("a row moves the letters to its name, over the logo that matched", async () => {
    await names.getByRole("row", { name: /Abf1/ }).last().click();
    const place = await names.locator("[aria-selected=true] [role=gridcell]").first().innerText();
    const letters = view.getByRole("img", { name: /^ATAC: contributions in/ });
    await expect(letters).toHaveAccessibleName(new RegExp(`Named: .*Abf1 at ${place.replace("sim1:", "")}`));
    await expect(letters.getByText("2 bits").first()).toBeVisible();
    await expect(view).toContainText("Abf1, letter by letter.");
    await page.setViewportSize(LAPTOP);
    await fits(page, "letters with a logo");
    await pick(page.getByRole("radio", { name: "Contributions", exact: true }));
    await fits(page, "contributions with names");
    await page.setViewportSize(WINDOW);
  });

  await test.step("a variant says whose match it breaks, and nothing is named without motifs", async () => {
    await app.tab("What if");
    const variants = page.locator("regulens-sequence-variants");
    await variants.getByLabel("Variant", { exact: true }).fill("sim1:35,521 G>C");
    await variants.getByRole("button", { name: "Predict effect" }).click();
    await expect(variants).toContainText(/Breaks a match of Reb1 \([\d.]+ bits before, .* after, q 0\.\d+\)\./, {
      timeout: 120_000,
    });
    await app.tab("Why");
    await motifs.getByRole("button", { name: "Remove the motifs" }).click();
    await expect(names).toHaveCount(0);
    await expect(motifs.getByRole("img", { name: /^ATAC: recurring patterns/ })).toHaveCount(0);
    await expect(view.getByRole("img", { name: /^ATAC: contributions in/ })).not.toHaveAccessibleName(/Named/);
  });
});

test("what a fold change rests on is drawn for both cell types, and put to the test", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu&model=deep-diff-raw-d-k562-h1");
  await choose(page, "A", planted(24));
  await app.run.click();
  await app.finished(24);
  await app.grid.getByRole("row", { name: /SIM000002\b/ }).click();
  await pick(page.getByRole("radio", { name: /Contributions to the fold change/ }));
  const explained = page.locator("regulens-gene");
  await expect(explained.getByRole("img", { name: /^Contributions along SIM000002\. H3K\w+, \w+: / })).toBeVisible({
    timeout: 240_000,
  });
  await expect(explained).toContainText(/Log2 fold change: .* their sum is off by/);
  const tsv = await app.save(/Save contributions to the fold change of SIM000002 as TSV/);
  const rows = tsv.bytes.toString("utf8").trimEnd().split("\n");
  expect(rows[0]?.split("\t").slice(0, 3)).toEqual(["bin", "A_H3K4me1", "A_H3K4me3"]);
  expect(rows).toHaveLength(201);
  const question = explained.getByRole("combobox", { name: "Question" });
  await question.selectOption({ label: "Why this change rather than the reverse one?" });
  await expect(explained).toContainText(/Log2 fold change: .*; with the cell types swapped .* their sum is off by/);
  await question.selectOption({ label: "Why different from another gene?" });
  await explained.getByLabel("Gene", { exact: true }).fill("SIM000003");
  await explained.getByRole("button", { name: "Compare" }).click();
  await expect(explained).toContainText(/Log2 fold change: .*; of SIM000003 .* their sum is off by/);
  await app.tab("Test");
  const test = page.locator("regulens-explained-gene[shown=test]");
  await expect(test.getByRole("img", { name: /^Deletion test, SIM000002\./ })).toBeVisible({ timeout: 240_000 });
  await expect(test).toContainText(/the largest integrated gradients (lowers|raises|leaves) the log2 fold change/);
  const means = page.locator("regulens-set-means");
  await means.getByRole("combobox", { name: "Method" }).selectOption("gradient-x-input");
  await means.getByRole("combobox", { name: "Averaged over" }).selectOption("all");
  await means.getByRole("button", { name: /^Explain [\d,]+ genes$/ }).click();
  await expect(
    means.getByRole("img", {
      name: /^Mean contributions, .* predicted higher in H1 and .* higher in K562\. .*, K562 /,
    }),
  ).toBeVisible({ timeout: 240_000 });
  const ofAll = page.locator("regulens-set-test");
  await ofAll.getByRole("button", { name: /^Test [\d,]+ genes$/ }).click();
  await expect(ofAll.getByRole("progressbar")).toBeVisible();
  await ofAll.getByRole("button", { name: "Cancel" }).click();
  await expect(ofAll.getByRole("progressbar")).toHaveCount(0);
  await expect(app.alert()).toHaveCount(0);
});
