// `<regulens-view>` in Firefox: each family live, by keyboard, and what it says where something is missing.

import { VIEWS } from "../support/element-page.ts";
import { until } from "./firefox.mjs";
import { expect, test } from "./fixtures.ts";

test("the page of examples shows every view live in Firefox, under its strict policy", async ({ visit }) => {
  const { page } = await visit("./embed.html", { width: 1200, height: 900 });
  for (const id of VIEWS) {
    await page.evaluate((id) => document.getElementById(id)?.scrollIntoView(), id);
    await until(
      page,
      (id) => ["ready", "error"].includes((document.getElementById(id) as unknown as { status: string }).status),
      id,
    );
    const state = await page.evaluate((id) => {
      const view = document.getElementById(id) as unknown as { status: string; result?: { kind: string } };
      return [view.status, view.result?.kind];
    }, id);
    expect(state[0], id).toBe("ready");
  }
  const kinds = await page.evaluate(
    (ids) => ids.map((id) => (document.getElementById(id) as unknown as { result: { kind: string } }).result.kind),
    VIEWS,
  );
  expect(kinds).toEqual(["gene", "set", "comparison", "changed-gene", "changes", "tracks", "tracks"]);
});

test("a gene is walked by keyboard, and one that is not there is answered, in Firefox", async ({ visit }) => {
  const { page } = await visit("./embed.html", { width: 1200, height: 900 });
  await until(page, () => (document.getElementById("view-gene") as unknown as { status: string }).status === "ready");
  const at = await page.evaluate(() => {
    const gene = document.getElementById("view-gene")!.shadowRoot!.querySelector("[part~=gene]")!;
    const slider = gene
      .shadowRoot!.querySelector("regulens-figure")!
      .shadowRoot!.querySelector<HTMLElement>("[role=slider]")!;
    slider.focus();
    return slider.getAttribute("aria-label");
  });
  expect(at).toContain("SIM000001");
  await page.keyboard.press("Home");
  await until(page, () => {
    const gene = document.getElementById("view-gene")!.shadowRoot!.querySelector("[part~=gene]")!;
    return /bin 1 of 100/.test(
      gene
        .shadowRoot!.querySelector("regulens-figure")!
        .shadowRoot!.querySelector("[role=slider]")!
        .getAttribute("aria-valuetext") ?? "",
    );
  });
  await page.evaluate(
    () => void ((document.getElementById("view-gene") as unknown as { gene: string }).gene = "nowhere"),
  );
  await until(page, () => (document.getElementById("view-gene") as unknown as { status: string }).status === "error");
  const said = await page.evaluate(
    () => document.getElementById("view-gene")!.shadowRoot!.querySelector("[part~=error]")?.textContent,
  );
  expect(said).toContain("has no gene nowhere");
  const isShown = await page.evaluate(() => document.querySelector<HTMLElement>("#view-gene img")!.checkVisibility());
  expect(isShown).toBe(true);
});
