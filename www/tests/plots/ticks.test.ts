/** Scales as they are stored: what is written beside a tick is what its place stands for. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { light } from "../../src/plots";
import { headAttention, variantTracks } from "../../src/plots/sequences";

const FOLDER = join(process.cwd(), "tests/plots/pictures");
const PICTURES = readdirSync(FOLDER).filter((file) => file.endsWith(".svg"));

/** Pictures whose lone numbers stand in a cell, behind a bar or beside a letter, and not at a scale. */
const BESIDE = /^(?:beta-groups|beta-heat-map|mark-attention|correlations)-/;

interface Label {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly anchor: string;
  readonly text: string;
}

interface Scale {
  readonly along: "x" | "y";
  /** Where its lines are, in pixels along it. */
  readonly lines: readonly number[];
  readonly labels: readonly Label[];
}

function attributesOf(tag: string): Record<string, string> {
  return Object.fromEntries([...tag.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]));
}

function labelsOf(svg: string): Label[] {
  return [...svg.matchAll(/<text( [^>]*)>([^<]*)<\/text>/g)].map(([, tag, text]) => {
    const of = attributesOf(tag!);
    return {
      x: Number(of["x"]),
      y: Number(of["y"]),
      size: Number(of["font-size"] ?? 11),
      anchor: of["text-anchor"] ?? "start",
      text: text!,
    };
  });
}

function scalesOf(svg: string): Scale[] {
  return [...svg.matchAll(/<g data-ticks="([xy])">\n([^]*?)\n<\/g>/g)].map(([, along, inside]) => {
    const lines = [...inside!.matchAll(/<line( [^>]*)\/>/g)].map(([, tag]) => {
      const { x1, x2, y1, y2 } = attributesOf(tag!);
      assert.equal(along === "x" ? x1 : y1, along === "x" ? x2 : y2, "a tick is level, or upright");
      return Number(along === "x" ? x1 : y1);
    });
    return { along: along as "x" | "y", lines, labels: labelsOf(inside!) };
  });
}

/** "−1,200", "+5 kb", "25 %", "TSS": what a label stands for; undefined for what is no number. */
function valueOf(text: string): number | undefined {
  if (text === "TSS") return 0;
  const [, sign, digits, power, unit] =
    /^([+−-]?)(\d[\d,]*(?:\.\d+)?|\.\d+)(?:e([+−-]?\d+))?(?: ?(k|M|G|kb|bp|%|bits))?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const scale = { k: 1e3, M: 1e6, G: 1e9, kb: 1e3, bp: 1, "%": 1, bits: 1 }[unit ?? "bp"] ?? 1;
  const value = Number(digits.replaceAll(",", "")) * 10 ** Number((power ?? "0").replace("−", "-"));
  return (sign === "−" || sign === "-" ? -1 : 1) * value * scale;
}

/** The middle of a label along its scale, in pixels: digits are 0.7 of the size high. */
function middleOf({ x, y, size }: Label, along: "x" | "y"): number {
  return along === "x" ? x : y - 0.35 * size;
}

for (const file of PICTURES) {
  const svg = readFileSync(join(FOLDER, file), "utf8");

  test(`each label of a scale stands at a tick of its own in ${file}`, () => {
    for (const { along, lines, labels } of scalesOf(svg)) {
      const taken = new Set<number>();
      for (const label of labels) {
        const middle = middleOf(label, along);
        const line = lines.find((at) => Math.abs(at - middle) <= 0.5);
        assert.ok(line !== undefined, `“${label.text}” is at ${middle.toFixed(1)}, ticks are at ${lines.join(", ")}`);
        assert.ok(!taken.has(line), `two labels stand at ${line}`);
        taken.add(line);
        assert.equal(label.anchor === "middle", along === "x", label.text);
      }
    }
  });

  test(`labels of a scale are as far apart as their values in ${file}`, () => {
    for (const { along, labels } of scalesOf(svg)) {
      const known = labels.map((label) => {
        const value = valueOf(label.text);
        assert.ok(value !== undefined, `“${label.text}” at a tick is no number`);
        return { at: middleOf(label, along), value, text: label.text };
      });
      if (known.length < 3) continue;
      known.sort((a, b) => a.at - b.at);
      const [first, last] = [known[0]!, known.at(-1)!];
      for (const { at, value, text } of known) {
        const expected = first.at + ((value - first.value) / (last.value - first.value)) * (last.at - first.at);
        // Labels are rounded, and a base has a width.
        assert.ok(Math.abs(at - expected) <= 1.5, `“${text}” is at ${at.toFixed(1)}, not ${expected.toFixed(1)}`);
      }
    }
  });

  test(`labels of a scale do not fall on each other in ${file}`, () => {
    for (const { along, labels } of scalesOf(svg)) {
      if (along === "x") continue;
      const middles = labels.map((label) => middleOf(label, along)).sort((a, b) => a - b);
      for (let i = 1; i < middles.length; i++)
        assert.ok(middles[i]! - middles[i - 1]! >= 7.9, `labels at ${middles[i - 1]} and ${middles[i]}`);
    }
  });

  test(`no number of a scale stands without a tick in ${file}`, () => {
    if (BESIDE.test(file)) return;
    const beside = svg
      .replaceAll(/<g data-ticks="[xy]">\n[^]*?\n<\/g>/g, "")
      .replaceAll(/<g data-colour-bar="">\n[^]*?\n<\/g>/g, "");
    assert.deepEqual(
      labelsOf(beside).filter(({ text }) => valueOf(text) !== undefined),
      [],
    );
  });
}

test("a bar of −411 ends between the ticks of −500 and 0, as far along as its value", () => {
  const reference = Float32Array.from({ length: 20 }, () => 500);
  const alternative = Float32Array.from(reference, (value, bin) => (bin === 7 ? value - 411 : value));
  const svg = variantTracks({
    width: 720,
    theme: light,
    variant: "chrI:900 A>C",
    record: "chrI",
    origin: 0,
    binSize: 128,
    view: [0, 20],
    position: 899,
    tracks: [{ name: "ATAC", assay: "ATAC-seq", unit: "counts", reference, alternative }],
  });
  const scale = scalesOf(svg).find(({ labels }) => labels.some(({ text }) => text === "−500"))!;
  const at = (text: string): number =>
    middleOf(
      scale.labels.find((label) => label.text === text)!,
      "y",
    );
  assert.deepEqual(
    scale.labels.map(({ text }) => text),
    ["+500", "−500", "0"],
  );
  const expected = at("0") + (411 / 500) * (at("−500") - at("0"));
  const ends = [...svg.matchAll(/<path d="([^"]*)"/g)].flatMap(([, d]) =>
    [...d!.matchAll(/[ML][\d.]+,([\d.]+)|V([\d.]+)/g)].map(([, a, b]) => Number(a ?? b)),
  );
  const lowest = Math.max(...ends);
  assert.ok(Math.abs(lowest - expected) < 0.5, `the bar ends at ${lowest}, −411 is at ${expected}`);
});

test("attention of the reference and of the alternative share their scales", () => {
  const [low, high] = [0.1, 0.4].map((most) =>
    Float32Array.from({ length: 64 }, (_, bin) => (bin === 40 ? most : 0.01)),
  );
  const draw = (weights: Float32Array, besides?: Float32Array): string =>
    headAttention({
      ...{ width: 720, theme: light, record: "chrI", origin: 0, binSize: 128, view: [0, 64] },
      ...{ layer: 0, layers: 1, bin: 20, bins: 64, crop: 0, heads: [0], weights, besides },
    });
  const scale = (svg: string): string => />(α to [^<]*)</.exec(svg)![1]!;
  const stroke = (svg: string): string => /<path d="M[^"]*C[^"]*"[^>]* stroke-width="([\d.]+)"/.exec(svg)![1]!;
  assert.equal(scale(draw(low!, high)), scale(draw(high!, low)));
  assert.notEqual(scale(draw(low!)), scale(draw(high!)));
  assert.notEqual(stroke(draw(low!, high)), stroke(draw(high!, low)), "an arc is as thick as its weight");
});
