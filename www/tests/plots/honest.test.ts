/** Claims a picture may not make: a unit it does not know, a mark that nobody measured, a peak where there is none. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { averageAttention, geneTracks, markAttention, probabilityScatter, readTracks } from "../../src/plots";
import { betaGroups, changeScatter, changeTracks, commonChangeScale, readChange } from "../../src/plots/changing";
import { deletionSentence } from "../../src/explain/deletion-words";
import { saliencyTracks } from "../../src/plots/explaining";
import { light } from "../../src/plots";
import { saliencyOptions } from "./explanation-pictures";
import { changeColours } from "../../src/plots/core/colour";
import { textWidth } from "../../src/plots/core/svg";
import {
  comparedTracks,
  comparedTracksLayout,
  mutagenesis,
  sequenceTracks,
  variantTracks,
} from "../../src/plots/sequences";
import { tracks, WEIGHED } from "./change-pictures";
import { activeGene, averageOptions, FIVE, geneOptions } from "./inputs";

const STAND_IN = { H3K27me3: "1.105" };

/** Drawing of one mark. */
const part = (plot: string, mark: string): string => plot.split(`data-mark="${mark}"`)[1]?.split("data-mark=")[0] ?? "";
const texts = (plot: string): string[] =>
  [...plot.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");

test("a mark that was not measured is hatched and said so, without bars, scale or attention", () => {
  const { signal, alpha } = activeGene(FIVE, 100);
  // As the page makes it: the stand-in in every bin.
  const flat = signal.map((value, i) => (i % 5 === 0 ? 1.105 : value));
  for (const plot of [
    geneTracks(geneOptions({ signal: flat, standIns: STAND_IN })),
    saliencyTracks(saliencyOptions({ signal: flat, standIns: STAND_IN })),
  ]) {
    const drawn = part(plot, "H3K27me3");
    assert.deepEqual(texts(drawn), ["H3K27me3", "not measured, 1.105 stands in"]);
    assert.match(drawn, /data-not-measured/);
    assert.doesNotMatch(drawn, /α|fill="#083a9c"(?! )[^>]*d=/);
    assert.match(plot, /<desc>[^<]*H3K27me3: not measured, 1\.105 stands in\./);
    assert.match(part(plot, "H3K4me3"), /fill="#bf3c10"/, "the others are drawn as before");
  }
  assert.deepEqual(readTracks(geneOptions({ signal: flat, alpha, standIns: STAND_IN }), 1)[0], {
    mark: "H3K27me3",
    signal: undefined,
    alpha: undefined,
  });
});

test("a mark that was not measured weighs nothing in a picture of β or of mean α", () => {
  const beta = [0.9, 0.04, 0.03, 0.02, 0.01];
  const bars = markAttention({ marks: FIVE, beta, standIns: STAND_IN, width: 480, theme: light });
  assert.match(part(bars, "H3K27me3"), /not measured, 1\.105 stands in/);
  assert.doesNotMatch(part(bars, "H3K27me3"), /0\.90/);
  assert.match(bars, /<desc>H3K36me3 has the highest attention weight of the measured marks/);
  const mean = averageAttention(averageOptions({ standIns: STAND_IN }));
  assert.equal(part(mean, "H3K27me3"), "");
  assert.match(mean, /H3K27me3 not measured, 1\.105 stands in/);
  const groups = betaGroups({
    heading: "β",
    notes: [],
    columns: ["A_H3K4me3", "A_H3K9me3"],
    cells: ["A", "B"],
    series: [{ name: "β", colour: "mark", bars: ["not measured", { value: 0.3 }] }],
    sumsOver: 2,
    width: 480,
    theme: light,
  });
  assert.match(groups, /H3K4me3 not measured; H3K9me3 0\.30/);
});

test("in one cell type of two, neither the mark nor a difference with it is drawn", () => {
  const options = tracks({ standIns: { B: STAND_IN } });
  const plot = changeTracks(options);
  assert(texts(plot).includes("not measured, 1.105 stands in"));
  assert(texts(plot).includes("not measured in B: no difference"));
  assert.equal(plot.match(/data-not-measured/g)?.length, 2);
  const { a, b, alpha } = readChange(options, 1)[0]!;
  assert.deepEqual([typeof a, b, Object.keys(alpha)], ["number", undefined, ["A"]]);
});

test("the legend has the unit that is given, and no other", () => {
  const unit = (given: object): string[] => [
    geneTracks(geneOptions(given)),
    saliencyTracks(saliencyOptions(given)),
    changeTracks(tracks(given)),
  ];
  for (const plot of unit({ signalName: "mean signal" })) {
    assert(texts(plot).includes("mean signal"));
    assert.doesNotMatch(plot, /reads per bin/);
  }
  for (const plot of unit({})) assert.doesNotMatch(plot, /reads per bin/, "nobody said that they are reads");
  for (const plot of unit({ signalName: "reads per bin, rescaled" }))
    assert(texts(plot).includes("signal, reads per bin, rescaled"));
  const two = geneTracks(geneOptions({ units: { H3K27me3: "mean signal", H3K4me3: "reads per bin" } }));
  assert.match(part(two, "H3K27me3"), />mean signal</);
  assert.match(part(two, "H3K4me3"), />reads per bin</);
});

/** As on the first gene of the example: hardly a fall at a tenth of the bins, but a clear one over the whole curve. */
const STEPS = [0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100];
const curves = (scale: number) => {
  const random = STEPS.map((step) => (step === 100 ? 0.09 : 0.00002 * step));
  return [
    {
      explanation: "alpha",
      change: STEPS.map((step) => scale * (step === 100 ? 0.09 : step > 10 ? 0.04 : 0.001 * step)),
      area: 0.03 * scale,
    },
    {
      explanation: "random",
      change: random,
      area: 0.001,
      least: random.map((value) => value - 0.002),
      greatest: random.map((value) => value + 0.002),
    },
  ] as const;
};

test("the verdict of the deletion test is that of its curve", () => {
  const said = (scale: number): string =>
    deletionSentence({ bins: 100, steps: STEPS, called: "on", curves: curves(scale) }, "alpha");
  assert.equal(
    said(1),
    "Removing the 10 bins with the highest α lowers P(on) by 0.010; 10 bins at random: 0.000 (from −0.002 to 0.002). " +
      "Area under the curve 0.030, at random 0.001: here attention weakly highlights bins that the prediction depends on.",
  );
  assert.match(said(5), /here attention highlights bins that the prediction depends on\.$/);
  assert.match(said(-1), /here attention does not highlight bins that the prediction depends on\.$/);
  assert.match(said(0.01), /here the prediction hardly depends on any single bin\.$/);
});

test("a heat map of changes has a colour bar with its unit, and names the grey of the reference base", () => {
  const codes = [0, 1, 2, 3];
  const plot = mutagenesis({
    ...{ record: "chrIV", track: "ATAC", start: 0, codes, bins: 960, reference: 10 },
    change: Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 0 : i - 8)),
    contribution: [1, -1, 2, 0],
    width: 720,
    theme: light,
  });
  const found = texts(plot);
  for (const text of ["−7", "+7", "change of the sum over 960 bins, by each base", "the reference base"])
    assert(found.includes(text), `${text} in ${found.join(" | ")}`);
});

test("what raises and what lowers has the same two colours in every picture", () => {
  const { up, down } = changeColours(light);
  const bins = 40;
  const stretch = { record: "one", origin: 0, binSize: 128, view: [0, bins], width: 720, theme: light } as const;
  const changed = {
    name: "ATAC",
    assay: "ATAC",
    reference: new Float32Array(bins),
    alternative: new Float32Array(bins),
  };
  const pictures: [plot: string, raises: string, lowers: string][] = [
    [saliencyTracks(saliencyOptions()), "more signal raises the score", "more signal lowers it"],
    [
      mutagenesis({
        ...{ record: "chrIV", track: "ATAC", start: 0, codes: [0], bins: 1, reference: 1, width: 720, theme: light },
        ...{ change: [0, 1, -1, 0], contribution: [1] },
      }),
      "raises the track",
      "lowers it",
    ],
    [variantTracks({ ...stretch, variant: "A>G", position: 9, tracks: [changed] }), "rises", "falls"],
  ];
  for (const [plot, raises, lowers] of pictures)
    for (const [text, colour] of [
      [raises, up],
      [lowers, down],
    ] as const) {
      const sample = plot.slice(0, plot.indexOf(`>${text}<`)).lastIndexOf("<rect");
      assert.match(plot.slice(sample), new RegExp(`^<rect [^>]*fill="${colour}"`), text);
    }
});

test("units and measured files stand over their tracks in full, in lines of their own where one is too short", () => {
  const measured = { values: [1, 2, 3, 4], file: "a-replicate-of-the-experiment.bigWig", r: 0.5 };
  const track = {
    name: "ATAC",
    assay: "ATAC",
    unit: "fragment coverage summed over 128 bp",
    predicted: [1, 2, 3, 4],
    measured,
  };
  const drawn = (width: number) =>
    sequenceTracks({
      ...{
        record: "chrIV",
        origin: 0,
        binSize: 128,
        view: [0, 4],
        tracks: [track],
        ownScale: false,
        width,
        theme: light,
      },
    });
  assert(texts(drawn(720)).includes(`${track.unit}, over ${measured.file}`));
  assert(texts(drawn(560)).includes(`${track.unit}, over ${measured.file}`));
  for (const text of [track.unit, `over ${measured.file}`]) assert(texts(drawn(336)).includes(text), text);
  const height = (plot: string): number => Number(/ height="(\d+)"/.exec(plot)![1]);
  assert.equal(height(drawn(560)) - height(drawn(720)), 14);
});

test("a signal that was changed is not said to be a second run", () => {
  const [x, y] = [
    [0.9, 0.2, 0.6],
    [0.1, 0.2, 0.7],
  ];
  const names = { xName: "signal as measured", yName: "H3K4me3: set to zero", width: 480, theme: light };
  const changed = probabilityScatter({ x, y, ...names, of: "two signals" });
  assert.match(changed, /<title>P\(on\) of 3 genes before and after<\/title>/);
  assert(texts(changed).includes("call changed (1)"));
  assert.doesNotMatch(changed, /\bruns?\b|by one only/);
  const axes = { x: "as measured", y: "H3K4me3: set to zero", of: "two signals" } as const;
  assert.doesNotMatch(changeScatter({ predicted: y, measured: x, axes, width: 480, theme: light }), /\bruns?\b/);
});

test("rows of a change name the cell types, and no name runs into a scale", () => {
  const rows = (plot: string) =>
    [...plot.matchAll(/<text x="8" y="[\d.]+" font-size="11"[^>]*>([^<]*)</g)]
      .map(([, text]) => text!)
      .filter((text) => /^(A|B)\b/.test(text));
  for (const width of [336, 720]) {
    const named = rows(changeTracks(tracks({ width })));
    assert.deepEqual([...new Set(named)], ["A, K562", "B, H1", "A − B"]);
    assert.equal(named.length, 3 * FIVE.length);
    const ofB = changeTracks(tracks({ width, kinds: ["B"] }));
    assert.deepEqual(rows(ofB), Array(FIVE.length).fill("B, H1"), "one cell type alone");
    assert.match(ofB, /H3K4me3: greatest signal in B [\d.,]+(; α peaks at B [^;]*)?(; β is B [\d.]+)?\./);
    assert.doesNotMatch(ofB, /signal in A|difference/);
    for (const mark of FIVE) assert.equal(ofB.match(new RegExp(`>${mark}<`, "g"))?.length, 1, mark);
    const long = changeTracks(tracks({ width, cells: ["a cell type with a very long name", "another"] }));
    const scales = [
      ...long.matchAll(/<text x="([\d.]+)" y="[\d.]+" font-size="10"[^>]*text-anchor="end"[^>]*>([^<]*)</g),
    ];
    const least = Math.min(...scales.map(([, x, text]) => Number(x) - textWidth(text!, 10)));
    for (const name of rows(long)) assert(8 + textWidth(name, 11) < least, `${name} to ${least} at ${width}`);
  }
  assert.deepEqual([...new Set(rows(changeTracks(tracks({ cells: ["A", "B"] }))))], ["A", "B", "A − B"]);
});

test("labels of the scales of a change's tracks do not fall on each other", () => {
  for (const rows of [[], undefined]) {
    const plot = changeTracks(tracks(rows ? { rows, alpha: [] } : {}));
    const ticks = [...plot.matchAll(/<text x="([\d.]+)" y="([\d.]+)" font-size="10"[^>]*>/g)].map(([, x, y]) => [
      x,
      Number(y),
    ]);
    for (const column of new Set(ticks.map(([x]) => x))) {
      const heights = ticks.filter(([x]) => x === column).map(([, y]) => y as number);
      heights.slice(1).forEach((y, i) => assert(y - heights[i]! >= 9.5, `${y} under ${heights[i]}`));
    }
  }
});

test("no number beside a bar of β is crossed by the line of the uniform weight", () => {
  // Weights around the uniform one, at which numbers would lie over the line.
  for (let value = 0; value < 0.6; value += 0.01) {
    const plot = betaGroups({
      ...{ heading: "β", notes: [], columns: ["A_H3K4me3", "A_H3K9me3", "A_H3K4me1", "B_H3K4me3"], cells: ["A", "B"] },
      ...{ series: [{ name: "β", colour: "mark", bars: [{ value }, { value: 0.3 }, { value: 0.1 }, { value: 0.2 }] }] },
      ...{ sumsOver: 4, width: 480, theme: light },
    });
    const line = Number(/<line x1="([\d.]+)"[^>]*stroke-dasharray/.exec(plot)?.[1]);
    const numbers = [...plot.matchAll(/<text x="([\d.]+)"[^>]*font-size="10"[^>]*>([\d.]+)</g)];
    assert.equal(numbers.length, 4);
    for (const [, x, text] of numbers) {
      const [left, right] = [Number(x), Number(x) + textWidth(text ?? "", 10)];
      assert(line < left || line > right, `${text} from ${left} to ${right}, the line at ${line}`);
    }
  }
});

test("β of a change stands at its track, and nowhere where the mark was not measured", () => {
  const plot = changeTracks(tracks(WEIGHED));
  const shown = texts(plot).filter((text) => text.startsWith("β"));
  assert.deepEqual(shown.toSorted(), WEIGHED.beta.map((weight) => `β ${weight.toFixed(2)}`).toSorted());
  assert.match(plot, /; β is A 0\.\d\d, B 0\.\d\d, A−B 0\.\d\d\./, "a screen reader has it too");
  const without = changeTracks(tracks({ ...WEIGHED, standIns: { B: STAND_IN } }));
  assert.equal(without.match(/data-beta/g)?.length, shown.length - 2, "neither of B nor of the difference");
});

test("several pictures of a change share their scales", () => {
  const halved = tracks({ values: Array.from(tracks().values, (value) => value / 2) });
  const scale = commonChangeScale([tracks(), halved]);
  assert.deepEqual(scale, commonChangeScale([tracks()]));
  assert.notDeepEqual(scale, commonChangeScale([halved]));
  const tops = (plot: string) => [...plot.matchAll(/font-size="10"[^>]*>([^<]*)</g)].map(([, text]) => text);
  assert.deepEqual(tops(changeTracks({ ...halved, scale })), tops(changeTracks(tracks())));
});

test("every track of α of a change has its scale and the uniform weight", () => {
  const plot = changeTracks(tracks());
  assert(texts(plot).includes("uniform, 1/200"));
  assert.equal(plot.match(/stroke-dasharray="4 3"/g)?.length, 3 * FIVE.length + 1);
});

test("where one of two models predicts nothing, no line and no difference is drawn", () => {
  const bins = 40;
  const stretch = { record: "one", origin: 0, binSize: 128, view: [0, bins], width: 720, theme: light } as const;
  const own = new Float32Array(bins).fill(2);
  const other = own.map((value, i) => (i < 10 ? Number.NaN : i === 30 ? 5 : value));
  const plot = comparedTracks({ ...stretch, names: ["A: x", "B: y"], values: [own, other] });
  const { left, right } = comparedTracksLayout({ ...stretch, names: ["", ""], values: [own, other] });
  const starts = [...plot.matchAll(/ d="M([\d.]+),/g)].map(([, x]) => Number(x));
  assert.deepEqual(starts.slice(0, 2), [left, left + (right - left) / 4], "A from the first bin, B from the eleventh");
  assert.match(plot, /A: x; B: y\. Prediction differs most at one:3,841–3,968, by \+3\./);
});

test("of tracks in different units no difference is drawn, and each has its own scale", () => {
  const bins = 40;
  const stretch = { record: "one", origin: 0, binSize: 128, view: [0, bins], width: 720, theme: light } as const;
  const own = Float32Array.from({ length: bins }, (_, i) => i);
  const values = [own, own.map((value) => value * 1000)] as const;
  const plot = (areUnlike: boolean): string =>
    comparedTracks({ ...stretch, names: ["A: x", "B: y"], values, areUnlike });
  assert.equal(texts(plot(false)).filter((text) => /more in B|less in B/.test(text)).length, 2);
  const unlike = plot(true);
  assert(!/more in B|less in B|differs/.test(unlike));
  assert(texts(unlike).includes("scales to 40 and 40k"), texts(unlike).join("; "));
  // Both reach equally high.
  const highest = [...unlike.matchAll(/<path[^>]* d="([^"]*)"/g)].map(([, d]) =>
    Math.min(...[...d!.matchAll(/[,V](-?[\d.]+)/g)].map(([, y]) => Number(y))),
  );
  assert.equal(highest[0], highest[1]);
});

test("an axis of bases has one notation at every zoom", () => {
  for (const bins of [1500, 1600, 1800, 20_000]) {
    const plot = sequenceTracks({
      ...{ record: "chrIV", origin: 0, binSize: 128, view: [0, bins], width: 720, theme: light },
      tracks: [{ name: "ATAC", assay: "ATAC", predicted: new Float32Array(bins).fill(1) }],
    });
    const ticks = texts(plot).filter((text) => /\d$|kb$/.test(text) && !text.startsWith("chr"));
    assert(ticks.length > 2 && ticks.every((text) => /^[\d,]+$/.test(text)), ticks.join(" "));
  }
});

test("no text of any plot is smaller than 6 points in print", () => {
  const folder = join(process.cwd(), "tests/plots/pictures");
  for (const file of readdirSync(folder))
    for (const [, size] of readFileSync(join(folder, file), "utf8").matchAll(/font-size="([\d.]+)"/g))
      // Plots are drawn at 96 pixels to the inch.
      assert((Number(size) * 72) / 96 >= 6, `${file}: ${size} px`);
});
