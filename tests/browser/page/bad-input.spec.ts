// Bad input: each is refused with its file, its place, what was found, what was expected and what to do; the page keeps
// what it had.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, type TestFile, QUICK } from "../support/app-page.ts";
import { card, parse, resized, serialise, together, withCard } from "../support/safetensors.ts";
import { MARKS, table, withLine } from "../support/tables.ts";
import { truncate, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const GOOD = table({ genes: 3 });
const text = (content: string): Buffer => Buffer.from(content);

/** A file, the code of its error, and what the message must say besides the file's name. */
const TABLES: Record<string, { content: Buffer; code: string; says: RegExp[] }> = {
  "gzip that ends early": {
    content: gzipSync(GOOD).subarray(0, 200),
    code: "gzip-truncated",
    says: [/end early/, /again/],
  },
  "a cell that is no number": {
    content: text(withLine(GOOD, 7, (row) => row.replace(/^(.*?,.*?,.*?,.*?),[^,]*/, "$1,many"))),
    code: "not-a-number",
    says: [/line 7/, /column 5/, /many/],
  },
  "a layout that nobody published": {
    content: text("a,b,c,d\n1,2,3,4\n"),
    code: "unknown-layout",
    says: [/header|first row/],
  },
  "a file of peaks": {
    content: text("chr1\t100\t900\tp1\t88\t.\t7.25\t3.5\t-1\t40\n"),
    code: "peaks",
    says: [/genomic intervals, as in a BED or peak file/, /start from the bigWig or BAM files/],
  },
};

test("tables that cannot be read", async ({ page }, info) => {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable({ name: "good.csv", buffer: text(GOOD) }, 3);
  for (const [name, { content, code, says }] of Object.entries(TABLES)) {
    await test.step(name, async () => {
      await app.chooseTable({ name: "bad.csv", buffer: content });
      const alert = app.alert();
      await expect(alert).toContainText("bad.csv");
      await expect(alert).toHaveAttribute("data-code", new RegExp(`^${code}`));
      for (const part of [...says, /found/, /expected/, /What to do:/]) await expect(alert).toContainText(part);
      // The table and the results from before are still there.
      await expect(page.locator("regulens-data-step .loaded")).toContainText("good.csv");
      await expect(app.grid).toHaveAttribute("aria-rowcount", "4");
      await alert.getByRole("button", { name: "Close this message" }).click();
      await expect(alert).toHaveCount(0);
    });
  }
  const path = join(tmpdir(), `regulens-${info.workerIndex}-large.csv.gz`);
  try {
    await test.step("a file of 2 GB that is no table is refused at once", async () => {
      await writeFile(path, "");
      await truncate(path, 2 * 1024 ** 3 + 1);
      await app.chooseTable(path);
      await expect(app.alert()).toContainText(/large\.csv\.gz.*found/);
      await app.alert().getByRole("button", { name: "Close this message" }).click();
    });
    await test.step("a table beyond the memory limit is refused with the limit named, and the page lives on", async () => {
      // Small as gzip, 515 MiB as numbers: 30,000 marks in 4,500 rows, whose cells are packed once.
      const marks = Array.from({ length: 30_000 }, (_, i) => `M${i}`);
      const cells = gzipSync(`${marks.map(() => "0").join(",")}\n`);
      const rows = Array.from({ length: 4_500 }, (_, row) => [
        gzipSync(`G${Math.floor(row / 100)},${(row % 100) + 1},`),
        cells,
      ]);
      await writeFile(path, Buffer.concat([gzipSync(`gene,bin,${marks.join(",")}\n`), ...rows.flat()]));
      await app.chooseTable(path);
      await expect(app.alert()).toContainText(/large\.csv\.gz.*512 MiB/, { timeout: 300_000 });
      await app.runTable({ name: "good.csv", buffer: text(GOOD) }, 3);
    });
  } finally {
    await unlink(path);
  }
});

test("tables that are read: in all their spellings, without a header, without a mark", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await test.step("tables that are read all the same: CRLF, BOM, trailing blank lines, tabs, gzip, marks in another order", async () => {
    const files: Record<string, Buffer> = {
      "crlf.csv": text(table({ genes: 2, newline: "\r\n" })),
      "bom.csv": text(`\uFEFF${GOOD}`),
      "blank.csv": text(`${GOOD}\n\n  \n`),
      "tabs.txt": text(table({ genes: 2, separator: "\t" })),
      "packed.csv": gzipSync(GOOD),
      "order.csv": text(table({ genes: 2, marks: [...MARKS].reverse() })),
    };
    for (const [name, buffer] of Object.entries(files)) {
      await app.chooseTable({ name, buffer });
      await expect(page.locator("regulens-data-step .loaded")).toContainText(name);
      await expect(app.run).toBeEnabled();
      await expect(app.alert()).toHaveCount(0);
    }
  });
  await test.step("published tables without a header are read, and the layout is stated", async () => {
    const headless = GOOD.trimEnd().split("\n").slice(1);
    await app.chooseTable({ name: "attentive.csv", buffer: text(headless.map((row) => `${row},1`).join("\n")) });
    await expect(page.locator("regulens-understood")).toContainText("AttentiveChrome's published columns");
    await expect(page.locator("regulens-understood")).toContainText("H3K27me3, H3K36me3, H3K4me1, H3K4me3, H3K9me3");
    const deep = headless.map((row) =>
      row.replace(/^GENE(\d+),(\d+),/, (_, gene: string, bin: string) => `ENSG0000000000${gene}_NAME_${bin},`),
    );
    await app.chooseTable({ name: "deep.csv", buffer: text(deep.join("\n")) });
    await expect(page.locator("regulens-understood")).toContainText("DeepDiff's published columns");
  });
  await test.step("a table without a mark of the model names the mark, and is run with a stand-in once that is chosen", async () => {
    await app.chooseTable({ name: "four.csv", buffer: text(GOOD.replace("H3K27me3", "H3K27ac")) });
    await expect(page.locator("[data-blocked]")).toContainText("no column for H3K27me3");
    await expect(page.locator("[data-blocked]")).toContainText("H3K36me3");
    await expect(page.locator("regulens-understood")).toContainText("H3K27ac not used by this model");
    await expect(app.run).toBeDisabled();
    // The same as bigWigs are offered: the mark's mean in the training data.
    await page.getByRole("button", { name: /^Use [\d.]+ for H3K27me3 everywhere$/ }).click();
    await expect(page.locator("regulens-understood")).toContainText("H3K27me3: not measured");
    await app.run.click();
    await app.finished(3);
    await expect(page.locator("regulens-bar regulens-notice", { hasText: "not measured" })).toContainText(
      "H3K27me3 was not measured",
    );
    await app.openSetup();
    await page.getByRole("button", { name: "Remove the value for H3K27me3" }).click();
    await expect(page.locator("[data-blocked]")).toContainText("no column for H3K27me3");
  });
});

test("values unlike those of training are said, and a rescale is offered and recorded", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  // The example has the scale of training; here each of its values is doubled.
  const catalogue = (await (await page.request.get("models/catalogue.json")).json()) as {
    examples: { file: string }[];
  };
  const example = await (await page.request.get(`models/${catalogue.examples[0]?.file}`)).body();
  const { gunzipSync } = await import("node:zlib");
  const plain = (example[0] === 0x1f ? gunzipSync(example) : example).toString("utf8").trimEnd().split("\n");
  const head = (plain[0] ?? "").split(",");
  const doubled = plain.map((row, i) =>
    i === 0
      ? row
      : row
          .split(",")
          .map((cell, column) => (/^H\d/.test(head[column] ?? "") ? String(2 * Number(cell)) : cell))
          .join(","),
  );
  await app.chooseTable({ name: "doubled.csv", buffer: text(doubled.join("\n")) });
  const rescale = page.getByRole("checkbox", { name: /^Multiply .* by 0\.5 before running/ }).first();
  await expect(rescale).toBeVisible();
  await rescale.check();
  await app.run.click();
  await app.finished();
  await expect(app.fact("Table")).toContainText("× 0.5");
});

/** Files of two models, the second of which is not one that the card describes: it has marks, bins and task once. */
function ensembles([small, dense, change]: Buffer[]): Record<string, { file: TestFile; says: RegExp[] }> {
  const ends = together([small!, small!]);
  ends.fill(0xff, ends.length - 8);
  const four = resized(small!, { "rnn.weight_ih_l0": [128, 4], "rnn.weight_ih_l0_reverse": [128, 4] });
  const of = (name: string, buffer: Buffer, ...says: RegExp[]) => ({
    file: { name: `${name}.safetensors`, buffer },
    says,
  });
  return {
    "a member of four marks": of("marks", together([small!, four]), /member 2/, /found 5 for marks/, /expected 4/),
    // After the convolution and the pooling 900 are of 100 bins.
    "a member of 80 bins": of(
      "bins",
      together([dense!, resized(dense!, { "linear_1.weight": [625, 700] })]),
      /member 2/,
      /100 for bins/,
    ),
    "a member of another task": of("task", together([small!, change!]), /raw-d/),
    "a member that is damaged": of("numbers", ends, /tensor 1\./),
    "one member": of("one", together([small!]), /found 1; expected 2 or more models to join/),
  };
}

test("weight files of the reader's own: refused, or run and called unverified", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  const catalogue = (await (await page.request.get("models/catalogue.json")).json()) as {
    models: { file: string; name: string }[];
  };
  const good = await (await page.request.get(`models/${catalogue.models[0]?.file}`)).body();
  const listed = async (name: string): Promise<Buffer> => (await page.request.get(`models/${name}.safetensors`)).body();
  await test.step("weight files that cannot be trusted", async () => {
    const claiming = Buffer.from(good);
    claiming.writeBigUInt64LE(1n << 40n, 0);
    const files: Record<string, { file: TestFile; says: RegExp[] }> = {
      "cut short": {
        file: { name: "short.safetensors", buffer: good.subarray(0, good.length - 100) },
        says: [/end|short/i],
      },
      "a header that claims more than the file holds": {
        file: { name: "claims.safetensors", buffer: claiming },
        says: [/found binary data; expected a model file/],
      },
      "another family": {
        file: { name: "family.safetensors", buffer: withCard(good, { family: "enformer" }) },
        says: [/enformer/, /attentive-chrome/],
      },
      empty: { file: { name: "nothing.safetensors", buffer: Buffer.alloc(0) }, says: [/found/] },
      "no safetensors at all": {
        file: { name: "page.safetensors", buffer: text("<!doctype html><title>Not found</title>") },
        says: [/found/],
      },
      ...ensembles(await Promise.all(["lstm-attn-k562", "deep-chrome-k562", "deep-diff-raw-d-k562-h1"].map(listed))),
    };
    const name = String(card(good)["name"]);
    for (const [kind, { file, says }] of Object.entries(files)) {
      await test.step(kind, async () => {
        await app.chooseModel(file);
        const alert = app.alert();
        for (const part of [file.name, ...says, /What to do:/]) await expect(alert).toContainText(part);
        await alert.getByRole("button", { name: "Close this message" }).click();
        await page.getByRole("button", { name: "Read the model card" }).click();
        await expect(page.getByRole("dialog")).toContainText(name);
        await page.keyboard.press("Escape");
      });
    }
  });
  await test.step("weights without a card are asked what they are of", async () => {
    const { header, data } = parse(good);
    const bare = serialise({ header: { ...header, __metadata__: {} }, data });
    await app.chooseModel({ name: "bare.safetensors", buffer: bare });
    const asked = page.locator("regulens-foreign");
    await expect(asked).toContainText("Weights trained elsewhere: bare.safetensors");
    await expect(asked).toContainText("AttentiveChrome, LSTM-α,β");
    await asked.getByRole("button", { name: "Close: weights trained elsewhere" }).click();
    await expect(asked).toHaveCount(0);
  });
  await test.step("a user's own weight file runs, and is called unverified", async () => {
    await app.chooseModel({ name: "mine.safetensors", buffer: withCard(good, { name: "My own model" }) });
    await expect(app.model).toContainText("Your file mine.safetensors, unverified");
    await app.openModels();
    await expect(page.locator("regulens-model-picker")).toContainText(
      "Your file mine.safetensors, unverified, SHA-256",
    );
    await page.keyboard.press("Escape");
    await app.runTable({ name: "genes.csv", buffer: text(GOOD) }, 3);
    await expect(app.fact("Model")).toContainText("unverified");
  });
  await test.step("a copy of a file that the site lists is verified, under whatever name it comes", async () => {
    await app.chooseModel({ name: "copied.safetensors", buffer: good });
    await expect(app.model).toContainText("Your file copied.safetensors, verified");
    await page.getByRole("button", { name: "Read the model card" }).click();
    await expect(page.getByRole("dialog")).toContainText("its SHA-256 matches the file that this site lists");
    await page.keyboard.press("Escape");
    await app.run.click();
    await app.finished(3);
    await expect(app.fact("Model")).toContainText("float16 weights, verified");
  });
});

test("a shipped weight file with another hash is not run", async ({ page }) => {
  await page.route("**/models/*.safetensors", async (route) => {
    const response = await route.fetch();
    const bytes = await response.body();
    // The last byte is part of a weight: the file still parses.
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    await route.fulfill({ response, body: bytes });
  });
  await page.goto("./");
  const app = new AppPage(page);
  await expect(app.alert()).toHaveAttribute("data-code", "hash-mismatch");
  await expect(app.alert()).toContainText(/SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}/);
  await expect(page.getByRole("button", { name: "Read the model card" })).toBeDisabled();
});

test("a site without its catalogue says so", async ({ page, watched }) => {
  watched.expectError(/404/);
  await page.route("**/catalogue.json", (route) => route.fulfill({ status: 404 }));
  await page.goto("./");
  await expect(new AppPage(page).alert()).toContainText(/catalogue\.json could not be loaded: the server answered 404/);
});
