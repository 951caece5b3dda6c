// The assembly and species of data: what tells them, and what is said where the model's is another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { remarksOf } from "../../src/tasks/tracks/exports";
import { methodsOfTracks } from "../../src/tasks/tracks/methods";
import type { TrackRun } from "../../src/tasks/tracks/result";
import { SequenceSession } from "../../src/tasks/tracks/session";
import { trackProvenance, trackRecord } from "../../src/tasks/tracks/words";
import { ANOTHER, assemblyDiffers, knownAssembly } from "../../src/tasks/shared/assemblies";
import { madeOfInWords, speciesDiffers } from "../../src/tasks/shared/species";
import type { Page } from "../../src/session/page";
import { FakeWorker } from "../fakes/worker";
import type { TrackCalls } from "../../src/tasks/tracks/calls";
import { openTrackModel, trackCard } from "../fakes/tracks";

const YEAST = { assembly: "sacCer3" };
const HUMAN = { assembly: "hg19" };

test("an assembly is told by lengths of chromosomes before the user's word", () => {
  const hg38 = [{ name: "1", length: 248_956_422 }];
  assert.deepEqual(knownAssembly(hg38, "hg19"), { name: "hg38", by: "lengths" });
  assert.deepEqual(knownAssembly([{ name: "chrIV", length: 1_531_933 }], undefined), {
    name: "sacCer3",
    by: "lengths",
  });
  assert.deepEqual(knownAssembly([{ name: "one", length: 9 }], "hg19"), { name: "hg19", by: "the user" });
  assert.equal(knownAssembly([{ name: "one", length: 9 }], undefined), undefined);
});

test("a sequence whose name is no chromosome of the model's assembly is said; other names tell nothing", () => {
  const said = (record: string, card: { assembly?: string } = YEAST) => assemblyDiffers(card, record, undefined);
  assert.equal(
    said("chr8:1,000-2,000"),
    "chr8 is not a chromosome of sacCer3 (budding yeast), the assembly the model was trained on",
  );
  assert.equal(
    said("chrIV", HUMAN),
    "chrIV is not a chromosome of hg19 (human), the assembly the model was trained on",
  );
  for (const name of ["chrIV", "XVI", "chrM", "my-region", "scaffold_8"]) assert.equal(said(name), undefined, name);
  assert.equal(said("chr8", {}), undefined);
  const of = (name: string, by: "lengths" | "the user") => assemblyDiffers(YEAST, "chrX", { name, by });
  assert.match(of("hg38", "lengths")!, /^The sequence is of hg38 \(human\), by the lengths of its chromosomes; /);
  assert.match(of("mm10", "the user")!, /^The sequence is of mm10 \(mouse\), as you said; /);
  assert.match(of(ANOTHER, "the user")!, /^You said the sequence is not of sacCer3 \(budding yeast\), the assembly/);
  assert.equal(of("sacCer3", "the user"), undefined);
});

test("the species of genes is told by their ids", () => {
  const mouse = ["ENSMUSG00000051951", "ENSMUSG00000102851.2", "Xkr4"];
  assert.equal(
    speciesDiffers(HUMAN, mouse),
    "The genes are of mouse, by their ids; the model was trained on hg19 (human)",
  );
  assert.equal(speciesDiffers(HUMAN, ["ENSG00000102145_GATA1"]), undefined);
  assert.equal(speciesDiffers(HUMAN, ["GATA1", "TP53"]), undefined);
  assert.equal(
    speciesDiffers(HUMAN, ["GATA1", "TP53"], "mouse"),
    "The genes are of mouse, as you said; the model was trained on hg19 (human)",
  );
  assert.match(speciesDiffers(HUMAN, ["GATA1"], ANOTHER)!, /^You said the genes are not of human; /);
  assert.equal(speciesDiffers(HUMAN, ["GATA1"], "human"), undefined);
  assert.equal(speciesDiffers(HUMAN, ["ENSG00000102145"], "mouse"), undefined, "ids tell it");
  assert.match(speciesDiffers(HUMAN, ["YAL001C", "YBR020W"])!, /budding yeast/);
  assert.equal(
    speciesDiffers(HUMAN, ["Gata1"], "mm10"),
    "The table was made from signal of mm10 (mouse); the model was trained on hg19 (human)",
  );
  assert.equal(speciesDiffers(HUMAN, ["GATA1"], "hg38"), undefined, "another assembly of the same species");
  assert.equal(speciesDiffers(HUMAN, ["ENSG00000102145"], "mm10"), undefined, "ids tell it");
  assert.equal(madeOfInWords("hg38"), "The table was made from signal of hg38 (human)");
  assert.equal(madeOfInWords("mouse"), undefined);
});

test("results, figures, record and methods say that a sequence is not of the model's assembly", async () => {
  const model = { ...openTrackModel, card: { ...trackCard, ...YEAST } };
  const records = [{ name: "chr8", description: "", length: 900, lower: 0, unknown: 0, iupac: {} }];
  const worker = new FakeWorker<TrackCalls>({
    readSequences: () => ({ file: "a.fa", records, isSliced: false }),
    predictTracks: () => ({
      ...{ model, id: 1, file: "a.fa", index: 0, record: records[0]!, origin: 0, bin: 8, bins: 100, padded: 0 },
      ...{ windows: [], peaks: new Float32Array(2), windowsOnGpu: 0, seconds: 1, date: "2026-11-29", program: "R" },
      device: { kind: "cpu", reason: "" },
    }),
  });
  const session = new SequenceSession(worker);
  session.follow(model);
  await session.readSequences({ blob: new Blob([]), file: "a.fa" });
  await session.run();
  const run = (): TrackRun => session.state.run!;
  const page = { state: {} } as Page;
  const headings = (): string[] => remarksOf(session, page).map(({ heading }) => heading);
  assert(headings().includes("Different genome from training"));
  assert.match(trackProvenance(run()).facts!.join("; "), /chr8 is not a chromosome of sacCer3/);
  assert.match(methodsOfTracks(run()).text, /chr8 is not a chromosome of sacCer3/);
  assert(!JSON.parse(trackRecord(run())).sequence.assembly);
  session.sayAssembly("hg38");
  assert.match(methodsOfTracks(run()).text, /Its assembly is hg38 \(human\), identified by the user/);
  assert.equal(JSON.parse(trackRecord(run())).sequence.assembly, "hg38");
  assert.match(trackProvenance(run()).facts!.join("; "), /The sequence is of hg38 \(human\), as you said/);
  session.sayAssembly("sacCer3");
  assert.match(trackProvenance(run()).facts!.join("; "), /assembly sacCer3 \(budding yeast\), identified by the user$/);
  assert(!headings().includes("Different genome from training"));
});
