// `<regulens-view>` in pages of other people: what it shows, says, loads, and does where something is missing.

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { sha256Of } from "../support/shipped.ts";
import {
  countOf,
  DEEP_DIFF,
  documentedPolicy,
  FASTA,
  GENE,
  GENES,
  host,
  K562,
  PAIR,
  SCRIPT,
  set,
  told,
  TRACKS,
  until,
  VIEWS,
} from "../support/element-page.ts";
import { expect, hasWebGpu, test } from "../support/fixtures.ts";
import { type Package, ENTRY } from "../support/package.ts";
import { table } from "../support/tables.ts";

/** A message of an error. */
const ALERT = "regulens-notice[tone=danger]";

/** Puts what follows far below the viewport. */
const GAP = 'document.querySelector("#gap").style.height = "6000px"';

test("the page of examples: narrow and wide, every view live under its strict policy, below its HTML", async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.goto("./embed.html");
  await test.step("the page of examples fits 360 px", async () => {
    for (const id of VIEWS) {
      await page.locator(`#${id}`).scrollIntoViewIfNeeded();
      await until(page, "ready", `#${id}`);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
  await page.setViewportSize({ width: 1280, height: 900 });
  await test.step("the page of examples shows every view of every family live", async () => {
    for (const [id, name] of [
      ["view-gene", /^Signal and attention along SIM000001/],
      ["view-set", /^Mean attention/],
      ["view-compare", /^Attention over marks/],
      ["view-change", /^Signal and attention of SIM000001|SIM000001/],
      ["view-changes", /fold change/],
      ["view-tracks", /sim1/],
      ["view-attention", /attention/i],
    ] as const) {
      await page.locator(`#${id}`).scrollIntoViewIfNeeded();
      await until(page, "ready", `#${id}`);
      await expect(page.locator(`#${id}`).getByRole("img", { name }).first(), id).toBeVisible();
      await expect(page.locator(`#${id}`).locator(ALERT), id).toHaveCount(0);
    }
  });
  await test.step("the HTML that the page of examples shows is that of the element below it", async () => {
    const pairs = await page.evaluate(() =>
      [...document.querySelectorAll("regulens-view")].map((view) => {
        const code = view.closest("section")?.querySelector("pre")?.textContent ?? "";
        const shown = new DOMParser().parseFromString(code, "text/html").querySelector("regulens-view");
        const said = (of: Element | null) =>
          Object.fromEntries(
            [...(of?.attributes ?? [])]
              .filter(({ name }) => !["id", "theme"].includes(name))
              .map(({ name, value }) => [name, value]),
          );
        return { shown: said(shown), real: said(view), lines: code.trim().split("\n").length };
      }),
    );
    expect(pairs).toHaveLength(7);
    for (const { shown, real, lines } of pairs) {
      expect(shown).toEqual(real);
      expect(lines).toBe(3);
    }
  });
});

test("a gene's view: what it loads and tells, its numbers, what is read and saved, by keyboard, other attributes", async ({
  page,
  watched,
  baseURL,
}) => {
  await page.addInitScript(() => {
    const names = () => performance.getEntriesByType("resource").map(({ name }) => name);
    addEventListener("regulens-ready", () => Object.assign(window, { before: names() }), { once: true });
  });
  await host(page, GENE);
  await until(page, "ready");
  await test.step("what a gene's view loads of scripts stays under 71 kB gzipped, and the element imports the package only when it is needed", async () => {
    // Those of its answer follow the figure.
    const before = await page.evaluate(() => (window as unknown as { before: string[] }).before);
    const scripts = before.filter((url) => /\/element[\w-]*\.js$/.test(url));
    expect(scripts.filter((url) => url.includes("answered"))).toEqual([]);
    const sizes = await Promise.all(
      scripts.map(async (url) => gzipSync(await (await page.request.get(url)).body()).length),
    );
    expect(scripts.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(71_000);
    const entry = await (await page.request.get(new URL(SCRIPT, baseURL).href)).text();
    expect(entry).not.toMatch(/from\s*"\.\/index\.js"|import\s*"\.\/index\.js"/);
  });
  await test.step("the keyboard alone reaches every control of a gene's view, and each shows that it has the focus", async () => {
    const reached: string[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      const found = await page.evaluate(() => {
        let active: Element | null = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        if (!active || active === document.body) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(active);
        return {
          name: active.getAttribute("aria-label") ?? active.textContent?.trim() ?? "",
          role: active.getAttribute("role") ?? active.localName,
          isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
        };
      });
      if (!found) break;
      expect(found.isSeen, `${found.role} ${found.name}`).toBe(true);
      reached.push(`${found.role} ${found.name}`);
    }
    for (const wanted of [
      /^input/,
      /^button Next gene/,
      /^slider signal and attention/,
      /^button Save signal and attention of SIM000001$/,
      /^select/,
      /^button Set to zero/,
      /^input Scale by/,
    ]) {
      expect(
        reached.some((each) => wanted.test(each)),
        `${wanted} among ${reached.join("; ")}`,
      ).toBe(true);
    }
  });
  await test.step("ready, result and selection are told out of shadow trees, once each", async () => {
    expect((await told(page)).map(({ type }) => type)).toEqual(["ready", "result"]);
    const [ready] = await told(page);
    expect(ready!.detail).toMatchObject({
      view: "gene",
      files: ["simulated.csv.gz"],
      models: [{ file: "cnn-alpha-beta-k562.safetensors", verified: false, card: { family: "attentive-chrome" } }],
    });
    expect(ready!.detail.names).toHaveLength(400);
    const field = page.getByRole("combobox", { name: "Gene" });
    await field.fill("sim000007");
    await field.press("Enter");
    await expect(page.getByRole("img", { name: /along SIM000007/ }).first()).toBeVisible();
    const more = (await told(page)).slice(2);
    expect(more.map(({ type }) => type)).toEqual(["selection", "result"]);
    expect(more[0]!.detail).toEqual({ kind: "gene", gene: "SIM000007" });
    expect(more[1]!.detail.gene).toBe("SIM000007");
    await field.fill("SIM000001");
    await field.press("Enter");
    await expect(page.getByRole("img", { name: /along SIM000001/ }).first()).toBeVisible();
  });
  await test.step("a gene's numbers are those of the package, in the event and in the picture", async () => {
    const result = (await told(page)).find(({ type }) => type === "result")!.detail;
    const expected = await page.evaluate(
      async ([entry, model, data]) => {
        const { Regulens } = (await import(new URL(entry, location.href).href)) as Package;
        const loaded = await Regulens.load(model, { device: "cpu" });
        const { genes, probability, alpha, beta } = await loaded.predict(
          await Regulens.readTable(new URL(data, location.href) as never),
        );
        const [index, rows] = [genes.indexOf("SIM000001"), alpha.length / genes.length];
        return {
          probability: probability[index]!,
          alpha: Array.from(alpha.slice(index * rows, (index + 1) * rows)),
          beta: Array.from(beta.slice(index * 5, (index + 1) * 5)),
        };
      },
      [ENTRY, K562, GENES] as const,
    );
    const furthest = (a: number[], b: number[]): number =>
      a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), a.length === b.length ? 0 : Infinity);
    expect(result).toMatchObject({ kind: "gene", gene: "SIM000001", bins: 100, device: { kind: "cpu" } });
    expect(Math.abs(result.probability - expected.probability)).toBeLessThan(1e-5);
    expect(furthest(result.alpha, expected.alpha)).toBeLessThan(1e-5);
    expect(furthest(result.beta, expected.beta)).toBeLessThan(1e-5);
    await expect(
      page.getByRole("img", { name: new RegExp(`P\\(on\\) = ${expected.probability.toFixed(3)}`) }).first(),
    ).toBeVisible();
  });
  await test.step("values are read under the pointer", async () => {
    const slider = page.getByRole("slider", { name: /signal and attention of SIM000001/ });
    await slider.hover({ position: { x: 300, y: 80 } });
    const reading = page.locator(".reading").first();
    await expect(reading).toContainText(/bin \d+ of 100/);
    const { detail } = (await told(page)).find(({ type }) => type === "result")!;
    const bin = Number(/bin (\d+) of/.exec((await reading.textContent()) ?? "")![1]);
    await expect(reading.getByRole("row").filter({ hasText: "H3K4me1" })).toContainText(
      String(detail.signal[(bin - 1) * 5]),
    );
    await page.mouse.move(5, 5);
    await expect(reading).toHaveCount(0);
  });
  await test.step("pictures and numbers are saved", async () => {
    const save = async (name: string) => {
      await page.getByRole("button", { name: name.replace(/ as \w+$/, ""), exact: true }).click();
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      return {
        file: download.suggestedFilename(),
        text: await (await import("node:fs/promises")).readFile(await download.path(), "utf8"),
      };
    };
    const svg = await save("Save signal and attention of SIM000001 as SVG");
    expect(svg.file).toBe("simulated.SIM000001.tracks.svg");
    expect(svg.text).toContain(sha256Of("cnn-alpha-beta-k562"));
    const tsv = await save("Save signal and attention of SIM000001 as TSV");
    const lines = tsv.text
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(lines[0]).toEqual([
      "bin",
      ...["signal", "alpha"].flatMap((of) =>
        ["H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3"].map((mark) => `${of}_${mark}`),
      ),
    ]);
    expect(lines).toHaveLength(101);
    const { alpha } = (await told(page)).find(({ type }) => type === "result")!.detail;
    expect(Math.abs(Number(lines[50]![6]) - alpha[49])).toBeLessThan(1e-7);
  });
  await test.step("a gene that is typed and not there is answered with those that are near, and the view stays", async () => {
    const field = page.getByRole("combobox", { name: "Gene" });
    await field.fill("SIM0000071");
    await field.press("Enter");
    await expect(page.getByRole("alert").filter({ hasText: /has no gene SIM0000071; it has/ })).toBeVisible();
    await expect(page.getByRole("img", { name: /along SIM000001/ }).first()).toBeVisible();
    await page.getByRole("button", { name: "Next gene" }).click();
    await expect(page.getByRole("img", { name: /along SIM000002/ }).first()).toBeVisible();
    await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toHaveCount(0);
  });
  await test.step("a reader walks the bins by keyboard, sets a mark to zero and sees what the model says then", async () => {
    await set(page, { gene: "SIM000001" });
    const slider = page.getByRole("slider", { name: /signal and attention of SIM000001/ });
    await slider.focus();
    await page.keyboard.press("Home");
    await expect(slider).toHaveAttribute("aria-valuetext", /bin 1 of 100/);
    await page.keyboard.press("Shift+ArrowRight");
    await expect(page.getByRole("spinbutton", { name: "Last bin" })).toHaveValue("2");
    await page.getByRole("button", { name: "All bins" }).press("Enter");
    await page.getByRole("combobox", { name: "Mark" }).selectOption("H3K4me3");
    await page.getByRole("button", { name: "Set to zero" }).press("Enter");
    const outcome = page.getByText(/P\(on\) changed from .* to/);
    await expect(outcome).toBeVisible();
    const said = /to (\d+\.\d+)/.exec((await outcome.textContent()) ?? "")![1]!;
    const expected = await page.evaluate(
      async ([entry, model]) => {
        const { Regulens } = (await import(new URL(entry, location.href).href)) as Package;
        const loaded = (await Regulens.load(model, { device: "cpu" })) as unknown as {
          predictValues(values: Float32Array): Promise<{ probability: Float32Array }>;
        };
        const { result } = document.querySelector("regulens-view") as unknown as {
          result: { signal: Float32Array; marks: string[] };
        };
        const at = result.marks.indexOf("H3K4me3");
        return (await loaded.predictValues(result.signal.map((value, i) => (i % 5 === at ? 0 : value))))
          .probability[0]!;
      },
      [ENTRY, K562] as const,
    );
    expect(said).toBe(expected.toFixed(3));
  });
  await test.step("changing an attribute draws again and loads only what is new", async () => {
    const before = watched.requests.length;
    await page.evaluate(() => document.querySelector("regulens-view")!.setAttribute("gene", "SIM000003"));
    await expect(page.getByRole("img", { name: /along SIM000003/ }).first()).toBeVisible();
    expect(watched.requests.slice(before)).toEqual([]);
    await page.evaluate(() =>
      document.querySelector("regulens-view")!.setAttribute("model", "models/cnn-attn-k562.safetensors"),
    );
    await expect(page.getByText(/CNN-Attn, K562 on simulated/).first()).toBeVisible();
    expect(watched.requests.slice(before).map((url) => url.split("/").at(-1))).toEqual(["cnn-attn-k562.safetensors"]);
    // A value that a framework sets for a property that is taken away, and an attribute that is removed, mean absent.
    const left = await page.evaluate(async () => {
      const view = document.querySelector("regulens-view")!;
      const [first, second] = [
        "gene models sha256 dataB measured region view device coverage",
        "theme loading task height engine",
      ];
      const properties = [...first.split(" "), ...second.split(" "), "noPicker", "noWhatIf"];
      const settled = async () => {
        do await new Promise((done) => setTimeout(done));
        while (view.status === "loading");
        return view.result?.kind === "gene"
          ? view.result.gene
          : view.shadowRoot!.querySelector("[part=error]")?.textContent;
      };
      const found = new Set<unknown>();
      for (const nothing of [null, undefined, ""])
        for (const name of properties) {
          Object.assign(view, { [name]: nothing });
          found.add(await settled());
        }
      const attributes = {
        gene: "SIM000003",
        region: "chr1",
        view: "gene",
        device: "cpu",
        theme: "dark",
        height: "600",
      };
      for (const [name, value] of Object.entries({
        ...attributes,
        loading: "eager",
        task: "on-off",
        "no-picker": "",
      })) {
        view.setAttribute(name, value);
        await settled();
        view.removeAttribute(name);
        found.add(await settled());
      }
      const codes: string[] = [];
      document.addEventListener("regulens-error", ({ detail }) => codes.push(detail.code));
      for (const name of ["data", "model"]) {
        view.removeAttribute(name);
        await settled();
      }
      return { found: [...found], codes };
    });
    expect(left).toEqual({ found: ["SIM000001"], codes: ["no-data", "no-model"] });
  });
});

test("all genes of a table, and of two tables, have the package's numbers, best first", async ({ page }) => {
  await host(
    page,
    `<regulens-view id="one" loading="eager" view="set" model="${K562}" ` +
      `data="${GENES}"></regulens-view><regulens-view id="two" loading="eager" view="set" model="${DEEP_DIFF}" ` +
      `${PAIR}></regulens-view>`,
  );
  await until(page, "ready", "#one");
  await until(page, "ready", "#two");
  const results = (await told(page)).filter(({ type }) => type === "result");
  const expected = await page.evaluate(
    async ([entry, k562, genes, deepDiff]) => {
      const { Regulens } = (await import(new URL(entry, location.href).href)) as Package;
      const read = (file: string) => Regulens.readTable(new URL(file, location.href) as never);
      const loaded = await Regulens.load(k562, { device: "cpu" });
      const change = await Regulens.load(deepDiff, { device: "cpu" });
      const one = await loaded.predict(await read(genes));
      const two = await change.predict(
        await read("models/examples/change.a.csv.gz"),
        await read("models/examples/change.b.csv.gz"),
      );
      return { probability: Array.from(one.probability), foldChange: Array.from(two.foldChange), genes: two.genes };
    },
    [ENTRY, K562, GENES, DEEP_DIFF] as const,
  );
  expect(results.find(({ id }) => id === "one")!.detail.probability).toEqual(expected.probability);
  expect(results.find(({ id }) => id === "two")!.detail).toMatchObject({
    kind: "changes",
    foldChange: expected.foldChange,
    genes: expected.genes,
  });
  const best = expected.genes[expected.foldChange.indexOf(Math.max(...expected.foldChange))]!;
  await expect(page.locator("#two").getByRole("row").nth(1)).toContainText(best);
});

test("tracks and attention along a region are shown, and a bin that is chosen is told", async ({ page }) => {
  await host(
    page,
    `<regulens-view view="attention" model="${TRACKS}" data="${FASTA}" ` +
      `measured="models/examples/sequence.ATAC.bedgraph.gz" region="sim1:20,000-24,000"></regulens-view>`,
  );
  await until(page, "ready");
  const [result] = (await told(page)).filter(({ type }) => type === "result");
  expect(result!.detail).toMatchObject({
    kind: "tracks",
    record: "sim1",
    binSize: 128,
    origin: 2048,
    tracks: ["ATAC", "MNase"],
  });
  const tracks = page.getByRole("slider", { name: /predicted tracks of sim1/ });
  await expect(page.getByRole("img", { name: /sim1:19,969–24,064/ }).first()).toBeVisible();
  await expect(
    page
      .getByText(/sequence\.ATAC\.bedgraph\.gz/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible();
  await expect(page.getByText(/^r = /)).toBeVisible();
  await expect(page.getByRole("img", { name: /[Aa]ttention of head 1/ })).toBeVisible();
  await tracks.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect
    .poll(async () => (await told(page)).filter(({ type }) => type === "selection").length)
    .toBeGreaterThan(0);
  const { detail } = (await told(page)).filter(({ type }) => type === "selection").at(-1)!;
  expect(detail).toMatchObject({ kind: "bin", record: "sim1" });
  expect(detail.end - detail.start).toBe(128);
});

const MAP =
  `<regulens-view view="attention" device="cpu" model="${TRACKS}" data="${FASTA}" ` +
  `region="sim1:20,000-24,000"></regulens-view>`;

/** Counts the colours in the middle of a picture. */
async function coloursOf(page: Page, png: Buffer): Promise<number> {
  const blank = await page.context().newPage();
  const colours = await blank.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d")!;
    context.drawImage(picture, 0, 0);
    const [x, y] = [picture.width * 0.4, picture.height * 0.4].map(Math.round) as [number, number];
    const { data } = context.getImageData(x, y, Math.round(picture.width * 0.3), Math.round(picture.height * 0.3));
    return new Set(new Uint32Array(data.buffer)).size;
  }, png.toString("base64"));
  await blank.close();
  return colours;
}

/** The figure of the map. */
const mapOf = (page: Page) =>
  page
    .locator("regulens-figure")
    .filter({ has: page.getByRole("img", { name: /^Attention of head 1/ }) })
    .last();

/** Asks for the map as PNG. */
async function savePng(page: Page): Promise<void> {
  await mapOf(page).hover();
  await mapOf(page)
    .getByRole("button", { name: /^Save / })
    .first()
    .click();
  await mapOf(page)
    .getByRole("button", { name: /^Save .* as PNG$/ })
    .click();
}

test("under exactly the policy that the guide names the map of attention is seen, and saved as PNG", async ({
  page,
}) => {
  await host(page, MAP, "", documentedPolicy());
  await until(page, "ready");
  await expect.poll(async () => coloursOf(page, await mapOf(page).screenshot())).toBeGreaterThan(8);
  const download = page.waitForEvent("download");
  await savePng(page);
  expect(await coloursOf(page, await readFile(await (await download).path()))).toBeGreaterThan(8);
  expect((await told(page)).filter(({ type }) => type === "error")).toEqual([]);
});

test("where a policy refuses images of the page's own, the element says that the map is missing, and why PNG is", async ({
  page,
  watched,
}) => {
  watched.expectError(/Content Security Policy|violates|Refused/i);
  await host(page, MAP, "", documentedPolicy().replace(/img-src [^;]*/, "img-src 'self'"));
  await until(page, "ready");
  const errors = async () => (await told(page)).filter(({ type }) => type === "error").map(({ detail }) => detail);
  await expect.poll(errors).toHaveLength(1);
  expect((await errors())[0]).toMatchObject({ code: "blocked-image" });
  await expect(page.getByText(/policy blocks the map/)).toBeVisible();
  await savePng(page);
  await expect.poll(errors).toHaveLength(2);
  expect((await errors())[1].message).toMatch(/img-src blob: data:/);
});

test("a second copy of the script changes nothing", async ({ page }) => {
  await host(page, GENE, `await import("./${SCRIPT}?copy")`);
  await until(page, "ready");
  expect((await told(page)).map(({ type }) => type)).toEqual(["ready", "result"]);
});

test("views of the same files load them once, list a set and stand models beside each other", async ({
  page,
  watched,
}) => {
  await test.step("views that name the same files load them once", async () => {
    await host(
      page,
      `${GENE.replace("<regulens-view", '<regulens-view id="a" loading="eager"')}${GENE.replace(
        "SIM000001",
        "SIM000002",
      ).replace("<regulens-view", '<regulens-view id="b" loading="eager"')}<regulens-view ` +
        `id="c" loading="eager" view="set" model="${K562}" data="${GENES}"></regulens-view><regulens-view ` +
        `id="d" loading="eager" view="compare" model="${K562} models/cnn-attn-k562.safetensors ` +
        `models/lstm-k562.safetensors" data="${GENES}" gene="SIM000002"></regulens-view>`,
    );
    for (const id of ["a", "b", "c", "d"]) await until(page, "ready", `#${id}`);
    for (const file of [K562, GENES, "regulens_cpu-relaxed_bg.wasm", "dist/index.js"])
      expect(countOf(watched.requests, file), file).toBeLessThanOrEqual(1);
    expect(countOf(watched.requests, K562)).toBe(1);
    expect(countOf(watched.requests, GENES)).toBe(1);
  });
  await test.step("they load the engine that explains once, and a list or a comparison has no answer", async () => {
    for (const id of ["a", "b"])
      await expect(page.locator(`#${id} regulens-answer`)).toContainText(", against ", { timeout: 120_000 });
    for (const id of ["c", "d"]) await expect(page.locator(`#${id} regulens-answer`)).toHaveCount(0);
    expect(countOf(watched.requests, "regulens_full-relaxed_bg.wasm")).toBe(1);
  });
  await test.step("several models on one gene stand beside each other", async () => {
    const [result] = (await told(page)).filter(({ type, id }) => type === "result" && id === "d");
    const shown = await page
      .locator("#d")
      .getByRole("table", { name: /P\(on\)/ })
      .getByRole("row")
      .allInnerTexts();
    expect(shown).toHaveLength(4);
    for (const [i, { probability }] of (result!.detail.runs as { probability: number }[]).entries())
      expect(shown[i + 1]).toContain(probability.toFixed(3));
    await expect(page.locator("#d").getByRole("img", { name: /along SIM000002/ })).toHaveCount(3);
    // The third has no attention whose worth could be told.
    await expect(page.locator("#d .worth")).toHaveText(Array(2).fill(/^\s*Deletion test on .* than ranking bins by/));
  });
  await test.step("a gene is chosen in the table of a set, and shown", async () => {
    await page.getByRole("grid", { name: "Genes" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await told(page)).at(-1)!.type).toBe("selection");
    const { detail } = (await told(page)).at(-1)!;
    await expect(
      page
        .locator("#c")
        .getByRole("img", { name: new RegExp(`along ${detail.gene}`) })
        .first(),
    ).toBeVisible();
    expect((await told(page)).filter(({ type, id }) => type === "result" && id === "c")).toHaveLength(1);
  });
});

test("what is far from the viewport asks for nothing until it comes near", async ({ page, watched }) => {
  await host(page, `<div id="gap"></div>${GENE}`, GAP);
  await page.waitForFunction(() => customElements.get("regulens-view") !== undefined);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  for (const file of [K562, GENES, "dist/index.js"]) expect(countOf(watched.requests, file), file).toBe(0);
  expect(watched.requests.filter((url) => url.endsWith(".wasm"))).toEqual([]);
  expect(await page.evaluate(() => document.querySelector("regulens-view")!.status)).toBe("waiting");
  await expect(page.getByRole("img", { name: "A static picture" })).toBeAttached();
  await page.evaluate(() => scrollTo(0, 5200));
  await until(page, "ready");
  expect(countOf(watched.requests, K562)).toBe(1);
});

test("the last view that goes gives models and tables back, and a view that is only moved keeps them", async ({
  page,
}) => {
  await host(page, '<div id="left"></div><div id="right"></div>');
  await page.waitForFunction(() => customElements.get("regulens-view") !== undefined);
  const freed = await page.evaluate(
    async ([entry, model, data]) => {
      const real = await import(new URL(entry, location.href).href);
      const log: string[] = [];
      const spied = <T extends { free(): void }>(thing: T, name: string): T => {
        const free = thing.free.bind(thing);
        thing.free = () => (log.push(`free ${name}`), free());
        log.push(`make ${name}`);
        return thing;
      };
      const Regulens = {
        ...real.Regulens,
        load: async (...of: unknown[]) => spied(await real.Regulens.load(...of), "model"),
        readTable: async (...of: unknown[]) => spied(await real.Regulens.readTable(...of), "table"),
      };
      const make = (gene: string) =>
        Object.assign(document.createElement("regulens-view"), {
          engine: { ...real, Regulens },
          model,
          data,
          gene,
          loading: "eager",
        });
      const engine = { ...real, Regulens };
      const views = ["SIM000001", "SIM000002"].map((gene) => Object.assign(make(gene), { engine }));
      const settled = () => new Promise((resolve) => setTimeout(resolve, 100));
      document.querySelector("#left")!.append(...views);
      await Promise.all(
        views.map(
          (view) => new Promise((resolve) => view.addEventListener("regulens-result", resolve, { once: true })),
        ),
      );
      document.querySelector("#right")!.append(views[0]!);
      await settled();
      log.push(`moved: ${views[0]!.status}`);
      views[0]!.remove();
      await settled();
      log.push("one is gone");
      views[1]!.remove();
      await settled();
      return log;
    },
    [ENTRY, K562, GENES] as const,
  );
  expect(freed.slice(0, 2).sort()).toEqual(["make model", "make table"]);
  expect(freed.slice(2, 4)).toEqual(["moved: ready", "one is gone"]);
  expect(freed.slice(4).sort()).toEqual(["free model", "free table"]);
});

test("models and tables in memory are shown by the page's own copy of the package, and nothing else is loaded", async ({
  page,
  watched,
}) => {
  await host(page, "<regulens-view></regulens-view>");
  await page.waitForFunction(() => customElements.get("regulens-view") !== undefined);
  await page.evaluate(
    async ([entry, model, text]) => {
      const engine = await import(new URL(entry, location.href).href);
      const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
      Object.assign(document.querySelector("regulens-view")!, {
        engine,
        model: new File([bytes], "mine.safetensors"),
        data: new File([text], "own.csv"),
        gene: "GENE2",
      });
    },
    [ENTRY, K562, table({ genes: 4 })] as const,
  );
  await until(page, "ready");
  await expect(page.getByRole("img", { name: /along GENE2/ }).first()).toBeVisible();
  await expect(page.getByText(/on own\.csv/).first()).toBeVisible();
  expect(countOf(watched.requests, K562)).toBe(1);
  expect(countOf(watched.requests, "dist/index.js")).toBe(1);
});

test("without JavaScript the slot's picture stands there", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
  const page = await context.newPage();
  await page.goto("./embed.html");
  await expect(page.getByRole("img", { name: /SIM000001, a simulated gene/ })).toBeVisible();
  expect(
    await page.locator("#view-gene img").evaluate((image: HTMLImageElement) => image.naturalWidth),
  ).toBeGreaterThan(100);
  await expect(page.getByText("With JavaScript, a table of 400 simulated genes")).toBeVisible();
  await context.close();
});

test("while it loads the picture stays, loading can be cancelled, and tried again", async ({ page, watched }) => {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  await page.route(`**/${K562}`, async (route) => (await gate, route.continue().catch(() => {})));
  watched.expectError(/Failed to load|aborted/i);
  await host(page, GENE);
  await until(page, "loading");
  await expect(page.getByRole("img", { name: "A static picture" })).toBeVisible();
  await expect(page.getByRole("progressbar").first()).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.locator(ALERT).filter({ hasText: "Loading was cancelled" })).toBeVisible();
  await expect(page.getByRole("img", { name: "A static picture" })).toBeVisible();
  open();
  await page.getByRole("button", { name: "Try again" }).click();
  await until(page, "ready");
  await expect(page.getByRole("img", { name: "A static picture" })).toBeHidden();
});

test("in print the live view is light and without controls, and one that is not loaded shows its picture", async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await host(
    page,
    `${GENE}<div ` +
      `id="gap"></div>${GENE.replace("A static picture", "Another picture").replace(
        "<regulens-view",
        '<regulens-view id="far"',
      )}`,
    GAP,
  );
  await until(page, "ready");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const tracks = page.getByRole("img", { name: /along SIM000001/ }).first();
  await expect(tracks).toBeVisible();
  await expect(tracks.locator("rect").first()).toHaveAttribute("fill", "#ffffff");
  await expect(page.getByRole("img", { name: "A static picture" })).toBeHidden();
  await expect(page.getByRole("img", { name: "Another picture" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Save / })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Set to zero" })).toHaveCount(0);
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await expect(tracks.locator("rect").first()).toHaveAttribute("fill", "#161a20");
});

test(
  "colours follow the system or the theme that is set, and the page's own custom properties, in controls and " +
    "pictures",
  async ({ page }) => {
    await page.emulateMedia({ colorScheme: "light" });
    await host(
      page,
      GENE,
      `const sheet = new CSSStyleSheet(); sheet.replaceSync("regulens-view.own { --regulens-color-surface: ` +
        "#fff8e7; --regulens-color-accent: rgb(200, 0, 100); } regulens-view::part(caption) { color: rgb(1, 2, 3); " +
        `} regulens-view::part(figure) { margin: 7px; }"); document.adoptedStyleSheets = [sheet]`,
    );
    await until(page, "ready");
    const ground = page
      .getByRole("img", { name: /along SIM000001/ })
      .first()
      .locator("rect")
      .first();
    await expect(ground).toHaveAttribute("fill", "#ffffff");
    await set(page, { theme: "dark" });
    await expect(ground).toHaveAttribute("fill", "#161a20");
    await set(page, { theme: "auto" });
    await expect(ground).toHaveAttribute("fill", "#ffffff");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect(ground).toHaveAttribute("fill", "#161a20");
    await set(page, { theme: "light", className: "own" });
    await expect(ground).toHaveAttribute("fill", "#fff8e7");
    const colours = await page.evaluate(() => {
      const root = document.querySelector("regulens-view")!.shadowRoot!;
      return [
        getComputedStyle(
          root
            .querySelector("[part~=gene]")!
            .shadowRoot!.querySelector("regulens-perturb")!
            .shadowRoot!.querySelector("button.quiet")!,
        ).color,
        getComputedStyle(root.querySelector("[part~=caption]")!).color,
        getComputedStyle(root.querySelector("[part~=gene]")!.shadowRoot!.querySelector("regulens-figure")!).marginTop,
      ];
    });
    expect(colours).toEqual(["rgb(200, 0, 100)", "rgb(1, 2, 3)", "7px"]);
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBeUndefined();
  },
);

const PROBLEMS: readonly { what: string; view: string; code: string; says: RegExp; expected?: RegExp }[] = [
  {
    what: "a gene that is not in the table is named, with those that are near",
    view: GENE.replace("SIM000001", "SIM00O001"),
    code: "unknown-gene",
    says: /simulated\.csv\.gz has no gene SIM00O001; it has SIM/,
  },
  { what: "a file that is no model is refused", view: GENE.replace(K562, GENES), code: "", says: /simulated\.csv\.gz/ },
  {
    what: "a file that is not there is named",
    view: GENE.replace(K562, "models/none.safetensors"),
    code: "download-failed",
    says: /none\.safetensors could not be loaded: the server answered 404/,
    expected: /404/,
  },
  {
    what: "a table that is not there is named",
    view: GENE.replace(GENES, "none.csv"),
    code: "download-failed",
    says: /none\.csv could not be loaded/,
    expected: /404/,
  },
  {
    what: "a model of another hash is not run",
    view: GENE.replace("<regulens-view", `<regulens-view sha256="${"0".repeat(64)}"`),
    code: "hash-mismatch",
    says: /SHA-256 is [0-9a-f]{8}/,
  },
  {
    what: "a view that the family does not have is refused",
    view: GENE.replace("<regulens-view", '<regulens-view view="tracks"'),
    code: "no-such-view",
    says: /has no view “tracks”; expected “gene” or “set”/,
  },
  {
    what: "a model of a change asks for its second table",
    view:
      `<regulens-view model="${DEEP_DIFF}" data="models/examples/change.a.csv.gz"><img src="icon.svg" alt="A ` +
      `static picture" /></regulens-view>`,
    code: "no-data-b",
    says: /has no data-b/,
  },
  {
    what: "an element without a model says so",
    view: '<regulens-view><img src="icon.svg" alt="A static picture" /></regulens-view>',
    code: "no-model",
    says: /has no model/,
  },
  {
    what: "a record that is not in the sequences is named",
    view:
      `<regulens-view model="${TRACKS}" data="${FASTA}" region="sim2:1-100"><img src="icon.svg" alt="A static ` +
      `picture" /></regulens-view>`,
    code: "unknown-record",
    says: /sequence\.fa\.gz has no record sim2; it has sim1/,
  },
  {
    what: "two models without a comparison are refused",
    view: GENE.replace(K562, `${K562} models/lstm-k562.safetensors`),
    code: "model-count",
    says: /takes one model; found 2/,
  },
  {
    what: "a model of another task than is said is refused",
    view: GENE.replace("<regulens-view", '<regulens-view task="tracks"'),
    code: "another-task",
    says: /expected a model that predicts tracks/,
  },
  {
    what: "a comparison of one model is refused",
    view: GENE.replace("<regulens-view", '<regulens-view view="compare"'),
    code: "model-count",
    says: /takes 2 to 8 models; found 1/,
  },
];

test("each problem is said beside the static picture and as an event", async ({ page, watched }) => {
  for (const { expected } of PROBLEMS) if (expected) watched.expectError(expected);
  await host(
    page,
    PROBLEMS.map(({ view }, i) => view.replace("<regulens-view", `<regulens-view id="p${i}" loading="eager"`)).join(""),
  );
  for (const [i, { what, code, says }] of PROBLEMS.entries()) {
    await test.step(what, async () => {
      const shown = page.locator(`#p${i}`);
      await until(page, "error", `#p${i}`);
      const alert = shown.locator(ALERT).filter({ hasText: says });
      await expect(alert).toBeVisible();
      await expect(alert).toContainText("What to do:");
      await expect(shown.getByRole("img", { name: "A static picture" })).toBeVisible();
      const [error] = (await told(page)).filter(({ type, id }) => type === "error" && id === `p${i}`);
      expect(error!.detail.message).toMatch(says);
      if (code) expect(error!.detail.code).toBe(code);
    });
  }
});

test("a table without a mark that the model reads is refused by the mark's name, and another table mends it", async ({
  page,
}) => {
  await host(page, `<regulens-view model="${K562}"><p>A static picture</p></regulens-view>`);
  await until(page, "error");
  const give = (text: string) =>
    page.evaluate((text) => void (document.querySelector("regulens-view")!.data = new File([text], "own.csv")), text);
  await give(table({ genes: 3, marks: ["H3K9me3", "H3K4me3", "H3K27me3", "H3K36me3", "H3K9ac"] }));
  await expect(page.locator(ALERT).filter({ hasText: "H3K4me1" })).toBeVisible();
  await give(table({ genes: 3 }));
  await until(page, "ready");
  await expect(page.getByRole("img", { name: /along GENE1/ }).first()).toBeVisible();
  await expect(page.locator(ALERT)).toHaveCount(0);
});

test(
  "where WebGPU is asked for, it computes, or it is said that the CPU does",
  { tag: "@webgpu" },
  async ({ page }, { project }) => {
    await host(page, `<regulens-view view="set" device="webgpu" model="${K562}" data="${GENES}"></regulens-view>`);
    await until(page, "ready");
    const events = await told(page);
    const { device } = events.find(({ type }) => type === "result")!.detail;
    if (hasWebGpu(project)) {
      expect(device.kind).toBe("webgpu");
      expect(events.some(({ type }) => type === "error")).toBe(false);
    } else {
      expect(device.kind).toBe("cpu");
      expect(events.find(({ type }) => type === "error")!.detail).toMatchObject({ code: "no-webgpu" });
      await expect(page.getByRole("heading", { name: "Computed on the CPU" })).toBeVisible();
    }
  },
);
