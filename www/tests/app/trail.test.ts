import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Address } from "../../src/session/address";
import type { Session } from "../../src/session/session";
import { onStep } from "../../src/ui/steps";
import { Trail } from "../../src/workspace/trail";

/** The history of a tab, as far as a page has to do with it. */
class FakeHistory {
  readonly entries: unknown[] = [null];
  at = 0;
  arrive: (event: { state: unknown }) => void = () => {};

  pushState(state: unknown): void {
    this.entries.splice(++this.at, Infinity, structuredClone(state));
  }

  replaceState(state: unknown): void {
    this.entries[this.at] = structuredClone(state);
  }

  /** Takes a step, and waits until the page has followed. */
  async go(by: number): Promise<void> {
    this.at += by;
    this.arrive({ state: this.entries[this.at] });
    await settled();
  }
}

/** Microtasks are over. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** A page that shows a place, and goes to others. */
function page() {
  const shown: Address[] = [];
  let looked = { address: {} as Address, entry: "", run: {} };
  const results = {
    looked: () => looked,
    places: {},
    async show(address: Address): Promise<string[]> {
      shown.push(address);
      looked = { ...looked, address, entry: address.region?.split(":")[0] ?? "" };
      return [];
    },
  };
  const state = { model: { sha256: "ab", id: "m" }, weights: "float16", choice: "auto" };
  const active = { link: (start: Address) => ({ address: { ...start, ...looked.address } }) };
  const session = { state, active, results, tasks: [{ hasData: true }] };
  const trail = new Trail(session as unknown as Session);
  /** Looks at bases of a record; an entry of the history is of the record. */
  const look = (record: string, bases: string): void => {
    looked = { ...looked, address: { region: `${record}:${bases}` }, entry: record };
    trail.heard();
    mock.timers.tick(1);
  };
  return { look, shown, trail };
}

let tab: FakeHistory;

beforeEach(() => {
  tab = new FakeHistory();
  Object.assign(globalThis, {
    history: tab,
    location: { search: "?model=m", pathname: "/", href: "/" },
    addEventListener: (_: string, listener: FakeHistory["arrive"]) => (tab.arrive = listener),
  });
  mock.timers.enable({ apis: ["setTimeout"] });
});

afterEach(() => mock.timers.reset());

test("what an entry was still to hold when it was left is there on the way forward", async () => {
  const { look, shown } = page();
  look("chrI", "1-9000");
  mock.timers.tick(400);
  look("chrII", "1-5000");
  look("chrII", "2000-3000");
  // Within the time in which changes of one entry are gathered.
  await tab.go(-1);
  assert.equal(shown.at(-1)?.region, "chrI:1-9000");
  await tab.go(1);
  assert.equal(shown.at(-1)?.region, "chrII:2000-3000");
  // It now is in the entry itself.
  assert.equal((tab.entries[1] as { address: Address }).address.region, "chrII:2000-3000");
});

test("steps are told as they are taken: new ones, and those back and forward", async () => {
  const { look } = page();
  const told: (readonly [number, boolean])[] = [];
  const end = onStep((entry, isNew) => told.push([entry, isNew]));
  look("chrI", "1-9000");
  mock.timers.tick(400);
  assert.deepEqual(told, []);
  look("chrII", "1-5000");
  const second = told[0]![0];
  await tab.go(-1);
  await tab.go(1);
  end();
  await tab.go(-1);
  const first = told[1]![0];
  assert.notEqual(first, second);
  assert.deepEqual(told, [
    [second, true],
    [first, false],
    [second, false],
  ]);
});

test("what is late for one entry is written to no other", async () => {
  const { look, shown } = page();
  look("chrI", "1-9000");
  mock.timers.tick(400);
  look("chrII", "1-5000");
  look("chrII", "2000-3000");
  await tab.go(-1);
  look("chrI", "100-200");
  mock.timers.tick(400);
  // Another step from here leaves the way forward.
  look("chrV", "1-7000");
  mock.timers.tick(400);
  assert.deepEqual(
    tab.entries.map((entry) => (entry as { address: Address }).address.region),
    ["chrI:100-200", "chrV:1-7000"],
  );
  await tab.go(-1);
  await tab.go(1);
  assert.equal(shown.at(-1)?.region, "chrV:1-7000");
});

test("entries of an earlier version of the page are gone to", async () => {
  const { look, shown } = page();
  look("chrI", "1-9000");
  mock.timers.tick(400);
  look("chrII", "1-5000");
  tab.entries[0] = { kind: "regulens", model: "ab", address: { region: "chrI:1-9000" } };
  await tab.go(-1);
  assert.equal(shown.at(-1)?.region, "chrI:1-9000");
});
