/** The deletion test of a track: what the package and the page make of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlantedSites } from "../../../../pkg/src/index";
import { TracksModel } from "../../../../pkg/src/models/tracks";
import type { Progress } from "../../../../pkg/src/progress";
import { deletionTest } from "../../../src/plots/sequences";
import { identify } from "../../../src/session/files";
import { deletionSentence, plantedRows, trackDeletion } from "../../../src/tasks/tracks/explained/track-test";
import type { TrackRun } from "../../../src/tasks/tracks/result";
import { FakePlatform } from "../../fakes/engine";
import { fakeSequences } from "../../fakes/sequences";
import { TRACK_SHAPE, trackCard } from "../../fakes/tracks";
import { light } from "../../../src/plots";

async function open(): Promise<TracksModel> {
  const platform = new FakePlatform({ reason: "none" });
  return TracksModel.open(platform, await platform.cpu("full"), new Uint8Array([1]), "fake.safetensors", {});
}

const fasta = (bases: number) => fakeSequences(`>one\n${"ACGT".repeat(bases / 4)}\n`);

test("windows of a record are tested one after another, with progress and cancel", async () => {
  const heard: Progress[] = [];
  const sequences = await fasta(3 * TRACK_SHAPE.length);
  const loaded = await open();
  const found = await loaded.deletion(sequences, 0, 1, { onProgress: (each) => heard.push(each) });
  const windows = sequences.windows(0, TRACK_SHAPE);
  assert.deepEqual(
    [...found.scores],
    windows.map(({ start }) => start),
  );
  assert.equal(found.windows, windows.length);
  const kept = windows.reduce((sum, { keep }) => sum + keep[1] - keep[0], 0);
  assert.equal(found.bases, kept * TRACK_SHAPE.bin);
  assert.deepEqual(
    heard.map(({ done }) => done),
    [0, ...windows.flatMap((_, i) => [i + 0.5, i + 1])],
  );
  const controller = new AbortController();
  const onProgress = ({ done }: Progress): void => void (done > 0 && controller.abort());
  await assert.rejects(loaded.deletion(sequences, 0, 0, { signal: controller.signal, onProgress }), {
    code: "cancelled",
  });
});

test("known motifs are tested where they are given, beside the letters of the place", async () => {
  const loaded = await open();
  const sequences = await fasta(2 * TRACK_SHAPE.length);
  const motifs = await loaded.readMotifs(new Blob(["Reb1 GTAC\nAbf1 ACGT\n"]), { name: "two.meme" });
  const [start, end] = [40, 40 + TRACK_SHAPE.length];
  const { curves } = await loaded.deletion(sequences, 0, 1, { motifs, region: { start, end } });
  const areas = curves.map(({ explanation, mean }) => [explanation, mean.area]);
  assert.deepEqual(areas, [
    ["gradient", 0.2],
    ["integrated-gradients", 0.2],
    ["attention", 0.2],
    ["motifs", (2 * TRACK_SHAPE.length) / 1e4],
    ["random", 0],
  ]);
  await assert.rejects(loaded.deletion(sequences, 0, 1, { explanations: ["motifs"] }), { code: "no-motifs" });
  const others = await loaded.deletion(sequences, 0, 1, { motifs, explanations: ["gradient", "random"] });
  assert.equal(others.curves.length, 2);
  motifs.free();
});

test("what was planted is told by its content, and counted for each explanation", async () => {
  const text = "# Simulated\nsequence\tstart\tend\tstrand\tmotif\tconsensus\tbases\teffect\none\t3\t9\t+\tm\tA\tA\t1\n";
  assert.equal(await identify(new Blob([text])), "sites");
  assert.notEqual(await identify(new Blob(["chr1\t3\t9\tm\n"])), "sites");
  const loaded = await open();
  const sequences = await fasta(TRACK_SHAPE.length);
  const truth: PlantedSites = {
    file: "one.sites.tsv",
    sequences: [
      { sequence: "two", sites: Uint32Array.of(1, 9, 1) },
      { sequence: "one", sites: Uint32Array.of(2, 9, 1, 20, 29, 0, 40, 49, 1) },
    ],
  };
  const explanations = ["gradient", "attention", "random"] as const;
  const { curves } = await loaded.deletion(sequences, 0, 1, { truth, explanations });
  const all = { sites: 2, found: 2, decoys: 1, decoysFound: 0 };
  assert.deepEqual(
    curves.map(({ found }) => found),
    [
      { bases: all, bins: all },
      { bases: undefined, bins: all },
      { bases: { ...all, found: 0 }, bins: { ...all, found: 0 } },
    ],
  );
  assert.deepEqual(plantedRows(curves), [
    ["sites", 2, "", 2],
    ["sites_found", 2, "", 0],
    ["decoys", 1, "", 1],
    ["decoys_found", 0, "", 0],
    ["bins_with_sites", 2, 2, 2],
    ["bins_with_sites_found", 2, 2, 0],
  ]);
  const unknown = await loaded.deletion(sequences, 0, 1, { explanations });
  assert.deepEqual(plantedRows(unknown.curves), []);
});

test("the figure names the bases, and the sentence what the track depends on, or that it is nothing", async () => {
  const found = await (await open()).deletion(await fasta(TRACK_SHAPE.length), 0, 1);
  const run = { model: { card: trackCard } } as TrackRun;
  const tested = { ...found, start: 0, end: 1000 };
  const drawn = deletionTest({ ...trackDeletion(run, tested), width: 700, theme: light });
  assert.match(drawn, /as bases are replaced by those of 3 shuffles/);
  assert.match(drawn, /Bases replaced, of /);
  assert.match(drawn, /random bases/);
  assert.match(drawn, />20 %</);
  assert.match(
    deletionSentence(tested),
    /depends most on the bases ranked first by one gradient\. .* one gradient 20\.0 %, random bases 0\.0 %/,
  );
  const motifs = (area: number) => {
    const [gradient] = found.curves;
    return deletionSentence({
      ...tested,
      curves: [...found.curves, { ...gradient!, explanation: "motifs", mean: { ...gradient!.mean, area } }],
    });
  };
  assert.match(
    motifs(0.1),
    /ranked first by one gradient\. .* one gradient 20\.0 %, known motifs 10\.0 %, random bases 0\.0 %\.$/,
  );
  assert.match(motifs(0.3), /ranked first by one gradient\. .* known motifs 30\.0 %, .* costs at least as much\.$/);
  const none = found.curves.map((each) => ({ ...each, mean: { ...each.mean, area: 0 } }));
  assert.match(deletionSentence({ ...tested, curves: none }), /No explanation finds bases that matter more/);
});
