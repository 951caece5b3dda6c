// The way to a first figure of `<regulens-view>`: nothing on the page moves, nothing waits for what it does not need,
// and the page's own window stays as it was.

import { DEEP_DIFF, FASTA, GENE, GENES, host, K562, PAIR, TRACKS, told, until } from "../support/element-page.ts";
import { expect, test } from "../support/fixtures.ts";
import { ENTRY } from "../support/package.ts";

const VIEWS = {
  gene: GENE,
  set: `<regulens-view view="set" model="${K562}" data="${GENES}"></regulens-view>`,
  compare: `<regulens-view view="compare" model="${K562} models/lstm-k562.safetensors" data="${GENES}"></regulens-view>`,
  change: `<regulens-view model="${DEEP_DIFF}" ${PAIR}></regulens-view>`,
  changes: `<regulens-view view="set" model="${DEEP_DIFF}" ${PAIR}></regulens-view>`,
  tracks: `<regulens-view model="${TRACKS}" data="${FASTA}" region="sim1:20,000-24,000"></regulens-view>`,
  attention: `<regulens-view view="attention" model="${TRACKS}" data="${FASTA}"></regulens-view>`,
};

/** Errors and globals in the page's own window. */
interface Seen {
  shifts: number[];
  errors: string[];
}

function watch(): void {
  const seen: Seen = { shifts: [], errors: [] };
  Object.assign(window, { seen });
  addEventListener("error", ({ message }) => seen.errors.push(message));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shifts.push((entry as PerformanceEntry & { value: number }).value);
  }).observe({ type: "layout-shift", buffered: true });
}

const TEXT = "<p>A line of the page of somebody else, which stands below the figure.</p>".repeat(40);

test("a view that comes moves nothing, and leaves neither error nor global in the page's window", async ({ page }) => {
  await page.addInitScript(watch);
  for (const [name, view] of Object.entries(VIEWS)) {
    await test.step(name, async () => {
      const sheet = '<link rel="stylesheet" href="regulens/dist/element.css">';
      await host(page, `${sheet}<div>${view}</div>${TEXT}`);
      await until(page, "ready");
      const seen = await page.evaluate(async () => {
        // Entries of a frame are there after the next one.
        for (let i = 0; i < 4; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
        await new Promise((resolve) => setTimeout(resolve));
        return (window as unknown as { seen: Seen }).seen;
      });
      expect(seen.errors).toEqual([]);
      expect(seen.shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.1);
      const globals = await page.evaluate(() => Object.keys(window).filter((key) => /^(lit|reactive)[A-Z]/.test(key)));
      expect(globals).toEqual([]);
    });
  }
});

test("the height that is set is kept from the first, and given back where there is only an error", async ({ page }) => {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  await page.route(`**/${K562}`, async (route) => (await gate, route.continue().catch(() => {})));
  await host(page, GENE.replace("<regulens-view", '<regulens-view height="1700"').replace("SIM000001", "NONE"));
  await until(page, "loading");
  const height = () => page.evaluate(() => document.querySelector("regulens-view")!.getBoundingClientRect().height);
  expect(await height()).toBe(1700);
  open();
  await until(page, "error");
  await expect.poll(height).toBeLessThan(1700);
});

/** Names of files that a page asks for, by how many answers each waited for one after another. */
async function steps(page: Parameters<typeof host>[0], view: string): Promise<string[][]> {
  // Answers are held back until all that is asked for meanwhile has been: what comes next depends on them.
  const [waiting, found]: [{ name: string; go: () => void }[], string[][]] = [[], []];
  await page.route(/\/(regulens|models)\//, (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1)!;
    return new Promise<void>((resolve) => {
      waiting.push({ name, go: () => resolve(route.continue().catch(() => {})) });
    });
  });
  void host(page, view).catch(() => {});
  const isReady = () =>
    page.evaluate(() => document.querySelector("regulens-view")?.status === "ready").catch(() => false);
  while (!(await isReady())) {
    let before = -1;
    // Quiet for as long as two looks at it.
    while (waiting.length === 0 ? !(await isReady()) : waiting.length !== before) {
      before = waiting.length;
      await page.waitForTimeout(300);
    }
    // The answer of a gene is asked for behind its figure.
    if (waiting.length > 0 && !(await isReady())) found.push(waiting.map(({ name }) => name));
    for (const { go } of waiting.splice(0)) go();
  }
  return found;
}

test("a first figure takes three ways to the server after the page's, engine, model and data together", async ({
  page,
}) => {
  const last = [
    "cnn-alpha-beta-k562.safetensors",
    "regulens_cpu-relaxed.js",
    "regulens_cpu-relaxed_bg.wasm",
    "simulated.csv.gz",
  ];
  const found = await steps(page, GENE);
  expect(found.length, JSON.stringify(found)).toBeLessThanOrEqual(3);
  expect(found.at(-1)!.sort()).toEqual(last);
  await page.unrouteAll();
  await page.goto("about:blank");
  // As the guide has it, with two scripts named before the element's.
  const preloads = ["index", "shared"].map((name) => `<link rel="modulepreload" href="regulens/dist/${name}.js">`);
  const sooner = await steps(page, preloads.join("") + GENE);
  expect(sooner.length, JSON.stringify(sooner)).toBeLessThanOrEqual(2);
  expect(sooner.at(-1)).toEqual(expect.arrayContaining(last));
});

test("no engine is loaded but the one that the work is worth", { tag: "@webgpu" }, async ({ page, watched }) => {
  for (const [view, engine] of [
    [VIEWS.attention.replace("<regulens-view", '<regulens-view task="tracks"'), "full"],
    // For 400 genes, with a GPU or without.
    [VIEWS.set, "cpu"],
  ] as const) {
    const before = watched.requests.length;
    await host(page, view);
    await until(page, "ready");
    const engines = watched.requests.slice(before).filter((url) => url.endsWith(".wasm"));
    expect(engines.map((url) => url.split("/").at(-1))).toEqual([`regulens_${engine}-relaxed_bg.wasm`]);
  }
});

test("a gene's answer follows its figure: contributions before attention, the engine on request where data is saved", async ({
  page,
  watched,
}) => {
  const full = /regulens_full(-relaxed)?_bg\.wasm/;
  const engines = () => watched.requests.filter((url) => full.test(url)).length;
  await page.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
  watched.expectError(/404/);
  let isThere = false;
  await page.route(full, (route) => (isThere ? route.continue() : route.fulfill({ status: 404, body: "" })));
  await host(page, GENE);
  await until(page, "ready");
  const answer = page.locator("regulens-answered");
  await expect(answer.locator("regulens-answer")).toContainText(/^\s*On \(P 0\.\d+\)\./);
  await expect(page.getByRole("img", { name: /^Signal and attention along SIM000001/ })).toBeVisible();
  expect(engines()).toBe(0);
  await test.step("an engine that does not come is told of in view and as an event, and attention stays", async () => {
    await answer.getByRole("button", { name: "Explain this gene" }).click();
    await expect(answer.getByRole("heading", { name: "This gene could not be explained" })).toBeVisible();
    expect((await told(page)).at(-1)).toMatchObject({ type: "error", detail: { code: "download-failed" } });
    await expect(page.getByRole("img", { name: /^Signal and attention along SIM000001/ })).toBeVisible();
  });
  await test.step("once it is there bars, contributions and attention stand in this order", async () => {
    isThere = true;
    await answer.getByRole("button", { name: "Try again" }).click();
    await expect(answer.locator("regulens-answer")).toContainText(", against a gene without signal.", {
      timeout: 120_000,
    });
    await expect(answer.locator("regulens-answer li")).toHaveCount(5);
    const order = await answer.getByRole("slider").evaluateAll((all) => all.map((each) => each.ariaLabel));
    expect(order).toEqual([
      expect.stringMatching(/^contributions to the score of SIM000001/),
      expect.stringMatching(/^signal and attention of SIM000001/),
    ]);
    await expect(answer.locator(".attention .worth")).toContainText(/^Deletion test on .* than ranking bins by signal/);
  });
});

test("readers find neither picker nor What if where they are left out", async ({ page }) => {
  await host(page, GENE.replace("<regulens-view", "<regulens-view no-picker no-what-if"));
  await until(page, "ready");
  await expect(page.getByRole("img", { name: /along SIM000001/ }).first()).toBeVisible();
  await expect(page.getByRole("combobox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Set to zero" })).toHaveCount(0);
  await page.evaluate(() => document.querySelector("regulens-view")!.removeAttribute("no-what-if"));
  await expect(page.getByRole("button", { name: "Set to zero" })).toBeVisible();
});

test("a package, or an engine, that does not match its script is refused", async ({ page }) => {
  await page.route("**/regulens_cpu*_bg.wasm", async (route) => {
    const other = route
      .request()
      .url()
      .replace(/cpu(-relaxed)?\/regulens_cpu(-relaxed)?_bg/, "files/regulens_files_bg");
    await route.fulfill({ response: await page.request.get(other) });
  });
  await host(page, GENE);
  await until(page, "error");
  expect((await told(page)).at(-1)!.detail).toMatchObject({
    code: "engine-mismatch",
    message: expect.stringMatching(/^The engine at http\S+_bg\.wasm does not match its script/),
  });
  await page.evaluate(async (entry) => {
    const real = await import(new URL(entry, location.href).href);
    document.querySelector("regulens-view")!.engine = { ...real, VERSION: "0.0.1" };
  }, ENTRY);
  await expect.poll(async () => (await told(page)).at(-1)!.detail.code).toBe("engine-version");
});
