// Text between back-ticks in the program's messages is shown as code.

import assert from "node:assert/strict";
import { test } from "node:test";
import { intakeNotice } from "../../src/tasks/shared/data-step";
import { errorNotice, withCode } from "../../src/ui/notice";
import { written } from "../fakes/written";

const MESSAGE = "found no header; expected `gene,bin,MARK`.";
const SHOWN = "found no header; expected <code>gene,bin,MARK</code>.";

test("what stands between back-ticks is code", () => {
  assert.equal(written(withCode("`chr` before a name")), "<code>chr</code> before a name");
  assert.equal(written(withCode("plain")), "plain");
});

test("no notice shows back-ticks: not of an error, not of its remedy, not of a file that is not used", () => {
  const error = { name: "InputError", code: "x", message: MESSAGE, remedy: MESSAGE.toUpperCase() };
  const files = [{ name: "a.csv", used: false, as: MESSAGE }];
  for (const notice of [
    errorNotice("Not read", error),
    intakeNotice(
      { files },
      () => {},
      () => {},
    ),
  ]) {
    assert(written(notice).includes(SHOWN.slice(0, -1)));
    assert(!written(notice).includes("`"));
  }
});

test("of a single file that waits for a table it is told what it will be", () => {
  const files = [{ name: "tpm.tsv", used: true, as: "measured expression", waits: true }];
  assert.match(
    written(
      intakeNotice(
        { files },
        () => {},
        () => {},
      ),
    ),
    /<strong>tpm\.tsv<\/strong>: measured expression\./,
  );
});
