import assert from "node:assert/strict";
import { test } from "node:test";
import { foldAfter, isOpen, mustBeRead, type SetupFold } from "../../src/workbench/setup-fold";

const news = { hasResults: true, isBusy: false, says: false };
const after = (fold: SetupFold, ...all: Partial<typeof news>[]): SetupFold =>
  all.reduce<SetupFold>((fold, each) => foldAfter(fold, { ...news, ...each }), fold);

test("the choice of the model and the data is open without results, and folds away above them", () => {
  assert(isOpen(after({}, { hasResults: false })));
  assert(!isOpen(after({}, { hasResults: false }, {})));
});

test("news open it once: drawing the page again is none, and what the reader asked for stays", () => {
  const said = after({}, {}, { says: true });
  assert(isOpen(said));
  assert.deepEqual(after(said, { says: true }, { says: true }), said);
  const closed = { ...said, asked: false };
  assert(!isOpen(after(closed, { says: true }, { says: true })));
  assert(!isOpen(after(closed, { says: true }, {})));
  assert(isOpen(after(closed, {}, { says: true })));
});

test("an account of files holds it open only where one was not used, or waits", () => {
  const file = { name: "a.csv", used: true, as: "the table" };
  assert(!mustBeRead(undefined));
  assert(!mustBeRead({ files: [file, { ...file, name: "g.gtf", as: "symbols" }] }));
  assert(mustBeRead({ files: [file, { ...file, used: false }] }));
  assert(mustBeRead({ files: [{ ...file, waits: true }] }));
});

test("a run is followed where it was begun", () => {
  assert(isOpen(after({}, { says: true }, { isBusy: true })));
  assert(!isOpen(after({}, {}, { isBusy: true, says: true })));
});

test("it stays open around the model's card, whatever comes", () => {
  const read = { isRead: true };
  assert(isOpen(after(read, { hasResults: false }, {}, { isBusy: true }, {})));
  assert(!isOpen({ ...after(read, { hasResults: false }, {}), isRead: false }));
});
