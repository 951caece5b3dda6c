/** Text of the plots of explanations; explanation-pictures.ts tests how they look. */

import { deletionSentence } from "../../src/explain/deletion-words";
import { changeContributions, changeContributionsLayout } from "../../src/plots/changing";
import { contributions } from "./change-pictures";
import assert from "node:assert/strict";
import { test } from "node:test";
import { dark, light } from "../../src/plots";
import { contrast } from "../../src/plots/core/colour";
import {
  attributionWords,
  classMap,
  correlationTable,
  deletionPlaces,
  type DeletionVerdict,
  type Explanation,
  deletionTest,
  explanationColour,
  formatChange,
  formatSigned,
  heldOutTrack,
  changeColours,
  readClassMap,
  readDeletion,
  readSaliency,
  saliencyLayout,
  saliencyTracks,
  tenthStep,
} from "../../src/plots/explaining";
import {
  classOptions,
  correlationOptions,
  deletionOptions,
  heldOutOptions,
  saliencyOptions,
} from "./explanation-pictures";
import { FIVE } from "./inputs";

const description = (plot: string): string => /<desc>([^<]*)<\/desc>/.exec(plot)?.[1] ?? "";

test("a gradient is signed, and the strongest bin of each mark is named", () => {
  const saliency = new Float32Array(500);
  saliency[53 * 5 + 3] = -0.25;
  const said = description(saliencyTracks(saliencyOptions({ saliency })));
  assert.match(said, /H3K4me3: strongest at \+350 bp, −0\.25; zero in 99 of 100 bins\./);
  assert.match(said, /H3K27me3: zero in every bin: the score does not respond\./);
  assert.deepEqual(readSaliency(saliencyOptions({ saliency }), 54)[3].gradient, -0.25);
});

test("values that are still computed leave the signal alone, where it will stand", () => {
  const options = saliencyOptions({ saliency: undefined, words: attributionWords("log-odds", "one gradient", "zero") });
  const plot = saliencyTracks(options);
  assert.match(plot, /<title>Signal along ENSG00000156508</);
  assert.equal(description(plot), "Still computing: contributions.");
  const there = { ...options, saliency: saliencyOptions().saliency };
  const [before, after] = [saliencyLayout(options), saliencyLayout(there)];
  assert.deepEqual([before.height, before.panels], [after.height, after.panels]);
  assert(Math.abs(before.right - after.right) < 15);
  assert.doesNotMatch(plot, />zero</);
  assert.deepEqual(readSaliency(options, 54)[3], { ...readSaliency(there, 54)[3], gradient: undefined });
});

test("a gradient that is zero everywhere is said to be", () => {
  const plot = saliencyTracks(saliencyOptions({ saliency: new Float32Array(500) }));
  assert.match(description(plot), /The gradient is zero in every bin of every mark\./);
  assert.equal(plot.match(/>zero</g)?.length, 5, "once a mark");
});

test("contributions have words of their own, and rows the colours of their marks", () => {
  const words = attributionWords("log2 fold change", "integrated gradients", "each mark’s mean");
  const saliency = new Float32Array(500);
  saliency[53 * 5 + 3] = 0.5;
  const plot = saliencyTracks(saliencyOptions({ saliency, words }));
  assert.match(plot, /<title>Contributions along /);
  assert.match(plot, />raises it</);
  assert.match(plot, /What each bin adds to the log2 fold change, compared with each mark’s mean/);
  assert.match(description(plot), /H3K4me3: most at \+350 bp, \+0\.5; zero in 99 of 100 bins\./);
  assert.match(description(plot), /H3K27me3: zero in every bin: it adds nothing\./);
  const none = description(saliencyTracks(saliencyOptions({ saliency: new Float32Array(500), words })));
  assert.match(none, /No bin of any mark adds anything\./);
  const rows = FIVE.map((mark) => `${mark}, K562`);
  const coloured = (marks: readonly string[], coloursOf?: readonly string[]): string =>
    saliencyTracks(saliencyOptions({ marks, coloursOf })).replaceAll(", K562", "");
  const fills = (plot: string): string[] => [...plot.matchAll(/fill="(#\w+)"/g)].map(([, fill]) => fill);
  assert.deepEqual(fills(coloured(rows, FIVE)), fills(coloured(FIVE)));
  assert.notDeepEqual(fills(coloured(rows)), fills(coloured(FIVE)));
});

test("contributions to a change have a panel a mark, with the signal of A mirrored by that of B at one scale", () => {
  const options = contributions();
  const plot = changeContributions(options);
  assert.deepEqual(
    [...plot.matchAll(/data-mark="(\w+)"/g)].map(([, mark]) => mark),
    FIVE,
  );
  const { panels } = changeContributionsLayout(options);
  for (const [i, { top, signal, lower, bottom }] of panels.entries()) {
    assert(top < signal.bottom && signal.bottom < lower.top && lower.top < bottom);
    assert(bottom < (panels[i + 1]?.top ?? Infinity));
  }
  const said = description(plot);
  for (const row of options.marks) assert(said.includes(`${row}: most at `), row);
  // Without a bar of B nothing stands below the line of a signal.
  const ofA = options.signal as Float32Array;
  const without = changeContributions({ ...options, signal: ofA.map((value, i) => (i % 10 < 5 ? value : 0)) });
  const areas = (svg: string): number =>
    [...svg.matchAll(/<path d="[^"]+" fill="#(?:bf3c10|d87c00|9a5598|083a9c|00a37c)"/g)].length;
  assert.deepEqual([areas(plot), areas(without)], [10, 5]);
});

test("bars above the line and below it have different colours", () => {
  const saliency = Float32Array.from({ length: 500 }, (_, i) => (i % 5 === 0 ? 1 : i % 5 === 1 ? -1 : 0));
  const track = (mark: string) =>
    saliencyTracks(saliencyOptions({ saliency })).split(`data-mark="${mark}"`)[1].split("data-mark=")[0];
  const { up, down } = changeColours(light);
  assert(track(FIVE[0]).includes(`fill="${up}"`) && !track(FIVE[0]).includes(`fill="${down}"`));
  assert(track(FIVE[1]).includes(`fill="${down}"`) && !track(FIVE[1]).includes(`fill="${up}"`));
});

const CURVES: readonly Explanation[] = [
  ...(["alpha", "attention", "gradient", "motifs", "random-bases", "saliency", "gradient-x-input"] as const),
  ...(["integrated-gradients", "occlusion", "class-optimisation", "signal", "random"] as const),
];

for (const theme of [light, dark]) {
  test(`every curve and bar can be seen on the ${theme.name} theme`, () => {
    for (const colour of [
      ...CURVES.map((explanation) => explanationColour(explanation, theme)),
      ...Object.values(changeColours(theme)),
    ])
      assert(contrast(colour, theme.surface) >= 3, colour);
  });
}

test("a class map is read mark by mark, and an empty one is said to be", () => {
  const map = new Float32Array(500);
  map[51 * 5 + 3] = 1;
  assert.match(
    description(classMap(classOptions({ map }))),
    /H3K4me3 is greatest at \+150 bp, 1\.00\. H3K9me3 is empty\..*The loss went from 1\.68 to 0\.119 in 1,000 steps\./,
  );
  assert.deepEqual(
    readClassMap(classOptions({ map }), 52).map(({ value }) => value),
    [0, 0, 0, 1, 0],
  );
  assert.match(
    description(classMap(classOptions({ map: new Float32Array(500) }))),
    /most confident of this class for an empty input/,
  );
});

/** Three steps of ten bins; change at the second. */
const sentence = (
  alpha: number,
  random: number,
  range: [number, number] | undefined,
  called: "on" | "off" = "on",
  areas: [number, number] = [alpha, random],
) =>
  deletionSentence(
    {
      bins: 10,
      steps: [0, 1, 10],
      called,
      curves: [
        { explanation: "alpha", change: [0, alpha, 0.5], area: areas[0] },
        {
          explanation: "random",
          change: [0, random, 0.5],
          area: areas[1],
          ...(range ? { least: [0, range[0], 0.5], greatest: [0, range[1], 0.5] } : {}),
        },
      ],
    },
    "alpha",
  );

test("attention that lowers the prediction more than any random order points at what it depends on", () => {
  assert.equal(
    sentence(0.2, 0.03, [0.01, 0.05]),
    "Removing the 1 bin with the highest α lowers P(on) by 0.20; 1 bin at random: 0.030 (from 0.010 to 0.050). Area " +
      "under the curve 0.20, at random 0.030: here attention highlights bins that the prediction depends on.",
  );
});

test("attention that takes no more than chance is said not to point at what decides", () => {
  assert.match(
    sentence(0.02, 0.03, [0.01, 0.05]),
    /lowers P\(on\) by 0\.020; .* here attention does not highlight bins that the prediction depends on\.$/,
  );
  assert.match(
    sentence(0.045, 0.03, [0.01, 0.05]),
    /does not highlight bins that the prediction depends on/,
    "a larger area, but within what random orders do",
  );
});

test("attention that is ahead of chance by little is said to point a little", () => {
  assert.match(sentence(0.055, 0.03, [0.01, 0.05]), /weakly highlights bins that the prediction depends on\.$/);
});

test("attention whose removal makes the model surer is said to raise the probability", () => {
  assert.match(
    sentence(-0.2, 0.03, [0.01, 0.05], "off"),
    /raises P\(off\) by 0\.20; .* does not highlight bins that the prediction depends on/,
  );
});

test("where no bins matter, none are said to", () => {
  assert.match(
    sentence(0.0001, 0.002, [0, 0.004]),
    /does not change P\(on\); .* the prediction hardly depends on any single bin\.$/,
  );
});

/** The sentence over 50 genes for a conclusion of the engine and its differences of areas. */
const over = (verdict: DeletionVerdict | undefined, againstSignal: number | undefined, againstChance: number) =>
  deletionSentence(
    {
      bins: 10,
      steps: [0, 1, 10],
      genes: 50,
      curves: [
        {
          explanation: "saliency",
          change: [0, 0.2, 0.5],
          area: 0.1,
          againstSignal: againstSignal === undefined ? undefined : { mean: againstSignal, error: 0.05 },
          againstChance: { mean: againstChance, error: 0.05 },
          verdict,
        },
        { explanation: "random", change: [0, 0.03, 0.5], area: 0.1 },
      ],
    },
    "saliency",
  );

test("over genes an explanation is compared with the signal’s own size first, then with chance, by 95 % intervals", () => {
  assert.equal(
    over("ahead-of-signal", 0.1, 0.17),
    "Removing the 1 bin with the largest saliency lowers P(predicted class) by 0.20 on average; 1 bin at random: " +
      "0.030. Over these genes saliency highlights bins that predictions depend on, more than signal strength " +
      "does. Area: 0.10 ± 0.050 against signal strength, 0.17 ± 0.050 against chance (mean over genes ± half " +
      "the 95 % interval).",
  );
  assert.match(over("ahead-of-chance", -0.01, 0.17), /depend on, but no more than signal strength does\. Area: −0/);
  assert.match(over("ahead-of-chance", undefined, 0.17), /highlights bins that predictions depend on\. Area: 0\.17 ±/);
  assert.match(over("like-chance", -0.01, -0.04), /finds bins that predictions depend on no better than chance\. Area/);
  assert.match(over("behind-chance", -0.2, -0.1), /finds bins that predictions depend on worse than chance\. Area/);
  assert.doesNotMatch(over(undefined, undefined, -0.1), /Over these genes/, "of one gene there is no interval");
});

test("of one gene an explanation with less area than the signal’s own size is said to be no more", () => {
  const of = (signal: number) =>
    deletionSentence(
      {
        bins: 10,
        steps: [0, 1, 10],
        called: "on",
        curves: [
          { explanation: "alpha", change: [0, 0.2, 0.5], area: 0.2 },
          { explanation: "signal", change: [0, 0.3, 0.5], area: signal },
          { explanation: "random", change: [0, 0.03, 0.5], area: 0.03 },
        ],
      },
      "alpha",
    );
  assert.match(of(0.3), /by signal strength 0\.30, at random 0\.030: .* but no more than signal strength does\.$/);
  assert.match(of(0.1), /highlights bins that the prediction depends on\.$/);
});

test("what was not tested is not spoken of", () => {
  assert.equal(deletionSentence({ ...deletionOptions(), curves: deletionOptions().curves.slice(1) }, "alpha"), "");
});

test("the deletion test lists areas, the largest first", () => {
  const said = description(deletionTest(deletionOptions()));
  const order = [
    "saliency: area 0.80",
    "signal strength: area 0.74",
    "class optimisation: area 0.70",
    "attention α: area 0.61",
    "random bins: area 0.47",
  ];
  const places = order.map((text) => said.indexOf(text));
  assert(
    places.every((place) => place >= 0),
    said,
  );
  assert.deepEqual(
    [...places].sort((a, b) => a - b),
    places,
  );
});

test("a step of the deletion test is found where it is drawn", () => {
  const options = deletionOptions();
  const places = deletionPlaces(options, "fall of P(on)", (removed) => `${removed} bins removed`);
  for (let step = 1; step <= options.steps.length; step++) {
    const { left, right, title } = places.read(options, step)!;
    assert.equal(places.at(options, (left + right) / 2, 0), step);
    assert.equal(title, `${options.steps[step - 1]} bins removed`);
  }
  assert.equal(places.at(options, 2, 0), undefined);
  assert.equal(
    readDeletion(options, 1).every(({ change }) => change === 0),
    true,
  );
  assert.equal(tenthStep([0, 1, 2, 5, 10, 15], 100), 4);
  assert.equal(tenthStep([0, 1, 2], 4), 1);
});

test("a correlation that does not exist is not drawn as zero", () => {
  assert.match(description(correlationTable(correlationOptions())), /uniform: none, the same in every bin/);
  assert.match(
    description(heldOutTrack(heldOutOptions({ correlation: undefined }))),
    /No Pearson r: one profile is flat/,
  );
  assert.match(description(heldOutTrack(heldOutOptions({ correlation: -0.5 }))), /Pearson r = −0\.500 over 100 bins/);
});

test("signs are written with a true minus, and nothing has none", () => {
  assert.deepEqual([0, -0.25, 0.031, -2.4e-5].map(formatSigned), ["0", "−0.25", "+0.031", "−2.4e-5"]);
  assert.deepEqual([0, -0.0001, 0.0312, -0.25, 0.0999].map(formatChange), ["0.000", "0.000", "0.031", "−0.25", "0.10"]);
});
