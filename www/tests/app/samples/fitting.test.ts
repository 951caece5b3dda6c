import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Catalogue } from "../../../../pkg/src/index";
import { taskOf } from "../../../../pkg/src/card";
import { recommended } from "../../../src/tasks/known";
import { fitsPair } from "../../../src/tasks/genes/samples/alike";

const { models } = JSON.parse(readFileSync("../models/catalogue.json", "utf8")) as Catalogue;
const model = recommended(models, "change")!;
const marks = ["h3k4me3", "H3K4me1", "H3K36me3", "H3K9me3", "H3K27me3"];
const tables = (...bins: number[]) => bins.map((each) => ({ shapes: [{ marks, bins: each }] }));

test("the catalogue says what tables each of its models reads", () => {
  for (const { id, description, marks, bins } of models)
    assert.equal(marks != null && bins! > 0, taskOf(description) !== "tracks", id);
});

test("the shipped model of a change is offered for two tables that it reads, whatever another model takes of them", () => {
  assert(fitsPair(model, tables(200, 200)));
  assert(fitsPair(model, tables(200, 400)), "the middle of a wider table");
  assert(!fitsPair(model, tables(100, 200)), "too narrow");
  assert(!fitsPair(model, tables(200, 201)), "without a middle");
  assert(!fitsPair(model, [...tables(200), { shapes: [{ marks: marks.slice(1), bins: 200 }] }]), "a mark is missing");
  assert(!fitsPair(model, [...tables(200), { shapes: undefined }]), "not read yet");
  assert(!fitsPair(model, [{ shapes: tables(200, 200).flatMap(({ shapes }) => shapes) }, ...tables(200)]), "a pair");
  assert(!fitsPair({}, tables(200, 200)), "a model of which nothing is known");
});
