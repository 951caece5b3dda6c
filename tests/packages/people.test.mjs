// Under Node: files in the shapes that people have them, by the list that the program's tests run too.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { app, ROOT } from "./support/package.mjs";

const CASES = JSON.parse(readFileSync(join(ROOT, "tests/files/people/prepare.json"), "utf8"));

const text = (lines, end = "\n") => lines.map((line) => line + end).join("");

const FORMS = {
  "byte order mark": (lines) => Buffer.from(`\ufeff${text(lines)}`),
  "carriage returns": (lines) => Buffer.from(text(lines, "\r")),
  "carriage returns and line feeds": (lines) => Buffer.from(text(lines, "\r\n")),
  "UTF-16": (lines) => Buffer.from(`\ufeff${text(lines)}`, "utf16le"),
  "gzip of two members": (lines) =>
    Buffer.concat([lines.slice(0, 1), lines.slice(1)].map((part) => gzipSync(text(part)))),
};

const written = (lines, form) => (form === undefined ? Buffer.from(text(lines)) : FORMS[form](lines));

/** The number of each stretch of 100 bases. */
const RULER = ["chr1", "eGFP", "GFP"].flatMap((name) =>
  Array.from({ length: 900 }, (_, at) => [name, at * 100, at * 100 + 100, at].join("\t")),
);

const SCRIPT = `
  import * as parsers from "regulens/parsers";
  let text = "";
  for await (const part of process.stdin) text += part;
  const answers = [];
  for (const { annotation, signal, dropVersions } of JSON.parse(text)) {
    const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
    try {
      const genes = await parsers.readAnnotation(bytes(annotation), { name: "genes.txt", dropVersions });
      const M = await parsers.openSignal(bytes(signal), { name: "signal.txt" });
      const prepared = await parsers.prepareTable(genes, { M });
      const said = [...genes.notes, ...prepared.summary, prepared.geneNotes() ?? ""].join("\\n");
      answers.push({ said, table: await prepared.file("plain").text() });
    } catch (error) {
      answers.push({ error: error.message });
    }
  }
  console.log(JSON.stringify(answers));`;

test("annotations and signal as people have them are prepared right by the package", () => {
  const given = CASES.map(({ annotation, annotationForm, signal, signalForm, dropVersions }) => ({
    annotation: written(annotation, annotationForm).toString("base64"),
    signal: written(signal ?? RULER, signalForm).toString("base64"),
    dropVersions,
  }));
  const answers = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", SCRIPT], {
      cwd: app("people", []),
      encoding: "utf8",
      input: JSON.stringify(given),
      maxBuffer: 64 << 20,
    }),
  );
  assert.equal(answers.length, CASES.length);
  for (const [i, { case: about, values = {}, said = [], error }] of CASES.entries()) {
    const answer = answers[i];
    if (error) {
      for (const word of error) assert.ok(answer.error?.includes(word), `${about}: ${answer.error}`);
      continue;
    }
    assert.equal(answer.error, undefined, about);
    const bins = {};
    for (const row of answer.table
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .slice(1)) {
      const [gene, , value] = row.split(",");
      (bins[gene] ??= []).push(Number(value));
    }
    const found = Object.fromEntries(Object.entries(bins).map(([gene, values]) => [gene, values[50]]));
    assert.deepEqual(found, values, about);
    for (const word of said) assert.ok(answer.said.includes(word), `${about}: ${answer.said}`);
  }
});
