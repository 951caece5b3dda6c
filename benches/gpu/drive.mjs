/**
 * Drives a page of the benches by itself, where nothing else can: there is neither Node nor Playwright. Beside
 * `pages/driver.mjs` or `pages/sequence/driver.mjs`, whose `bench` it calls as the page's plan says; each figure is
 * sent to the server as soon as it is there.
 */

const { page, options, sequence, store, compare, exact, cases, warm, block, long } = JSON.parse(
  document.getElementById("plan").textContent,
);

const tell = (line) => fetch("report", { method: "POST", body: JSON.stringify(line) });
const middle = (times) => times.sort((one, other) => one - other)[Math.floor(times.length / 2)];

async function adapter() {
  const found = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!found) return "none";
  const { vendor, architecture, description } = found.info;
  return [vendor, architecture, description].filter(Boolean).join(" ") || "unnamed adapter";
}

/** Milliseconds of a call: the middle of three blocks, or a call alone where one takes long. */
async function time(call) {
  const first = await call(0);
  // Where outputs were compared, it was called before.
  if (first > long) return compare ? first : call(0);
  await call(warm);
  const times = [];
  for (let pass = 0; pass < 3; pass++) times.push(await call(block));
  return middle(times);
}

async function drive() {
  await tell({ adapter: await adapter() });
  if (!page) return;
  await globalThis.bench.open({ page, options });
  if (store) await globalThis.bench.store({ genes: store });
  if (sequence) {
    if (compare) await tell({ off: await globalThis.bench.check() });
    await tell({ ms: await time((least) => globalThis.bench.time(least)), case: "one sequence" });
    return;
  }
  for (const each of cases) {
    const name = `${each.genes} genes${each.piece ? `, ${each.piece} at a time` : ""}`;
    try {
      if (compare) {
        const { difference, error } = await globalThis.bench.check(each, compare, exact);
        await tell({ off: difference, exact: error, case: name });
      }
      const ms = await time(async (least) => (await globalThis.bench.time(each, least)).ms);
      await tell({ ms, case: name });
    } catch (error) {
      await tell({ failed: String(error).slice(0, 300), case: name });
    }
  }
}

try {
  await drive();
  await tell({ done: true });
} catch (error) {
  await tell({ failed: String(error?.message ?? error).slice(0, 300), done: true });
}
