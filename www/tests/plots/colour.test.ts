import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { dark, light, markColour, type Theme } from "../../src/plots";
import { changeColours, contrast, mix, oklch, parseHex, type Rgb, toLinear } from "../../src/plots/core/colour";
import { FIVE } from "./inputs";

const THEMES: readonly Theme[] = [light, dark];
const OTHERS = ["H3K27ac", "H3K4me2", "H3K9ac", "H3K79me2", "H4K20me1", "H2A.Z"];
const UNKNOWN = ["CTCF", "DNase", "ATAC", "H3K23ac", "Pol2", "x", "?", "маркер"];

/** Linear RGB as dichromats see it; Machado, Oliveira and Fernandes 2009, severity 1. */
const VISION: Readonly<Record<string, readonly (readonly number[])[]>> = {
  trichromacy: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab of a colour as seen through `matrix`; Ottosson 2020. */
function seen(colour: string, matrix: readonly (readonly number[])[]): Rgb {
  const linear = parseHex(colour).map(toLinear);
  const [r, g, b] = matrix.map((row) =>
    Math.max(0, Math.min(1, row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2])),
  );
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Seven times what is just noticeable (0.02 in OKLab). */
const CLEAR = 0.14;

/** Distance of two colours in OKLab, as seen through `matrix`. */
function apart(one: string, other: string, matrix = VISION.trichromacy!): number {
  const [a, b] = [seen(one, matrix), seen(other, matrix)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

for (const theme of THEMES) {
  for (const [vision, matrix] of Object.entries(VISION)) {
    test(`the published marks differ under ${vision} on the ${theme.name} theme`, () => {
      const colours = FIVE.map((mark) => seen(markColour(mark, theme).line, matrix));
      colours.forEach((a, i) => {
        colours.slice(i + 1).forEach((b, j) => {
          const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
          // Five times what is just noticeable (0.02 in OKLab).
          assert.ok(distance >= 0.1, `${FIVE[i]} and ${FIVE[i + 1 + j]} are ${distance.toFixed(3)} apart`);
        });
      });
    });
  }

  test(`what adds and what takes away are like no mark on the ${theme.name} theme, and differ in every vision`, () => {
    const { up, down } = changeColours(theme);
    for (const colour of [up, down]) {
      assert.ok(contrast(colour, theme.surface) >= 3, `${colour} has ${contrast(colour, theme.surface).toFixed(2)}`);
      for (const mark of [...FIVE, ...OTHERS]) {
        const distance = apart(colour, markColour(mark, theme).line);
        assert.ok(distance >= CLEAR, `${colour} and ${mark} are ${distance.toFixed(3)} apart`);
      }
    }
    for (const [vision, matrix] of Object.entries(VISION)) {
      const distance = apart(up, down, matrix);
      assert.ok(distance >= CLEAR, `${up} and ${down} are ${distance.toFixed(3)} apart under ${vision}`);
    }
  });

  test(`every mark can be seen and its name read on the ${theme.name} theme`, () => {
    for (const mark of [...FIVE, ...OTHERS, ...UNKNOWN]) {
      const { line, text } = markColour(mark, theme);
      assert.ok(
        contrast(line, theme.surface) >= 3,
        `${mark}: line ${line} has ${contrast(line, theme.surface).toFixed(2)}`,
      );
      assert.ok(
        contrast(text, theme.surface) >= 4.5,
        `${mark}: text ${text} has ${contrast(text, theme.surface).toFixed(2)}`,
      );
    }
  });

  test(`text and lines can be seen on the ${theme.name} theme`, () => {
    for (const ink of [theme.ink, theme.inkMuted, theme.inkFaint]) assert.ok(contrast(ink, theme.surface) >= 4.5, ink);
    for (const line of [theme.lineStrong, theme.on, theme.off]) assert.ok(contrast(line, theme.surface) >= 3, line);
  });
}

test("a mark's colour depends on nothing but its name, however it is spelled", () => {
  assert.deepEqual(markColour("H3K4me3", light), markColour("h3k4ME3", light));
  assert.deepEqual(markColour("H2A.Z", light), markColour("H2AZ", light));
  assert.deepEqual(markColour("CTCF", dark), markColour("ctcf", dark));
  assert.notEqual(markColour("?", light).line, markColour("!", light).line);
});

test("a mark that is called like a property of every object is a mark like any other", () => {
  for (const name of ["constructor", "toString", "__proto__"])
    assert.match(markColour(name, light).line, /^#[0-9a-f]{6}$/);
});

test("the known marks have colours of their own", () => {
  for (const theme of THEMES)
    assert.equal(new Set([...FIVE, ...OTHERS].map((mark) => markColour(mark, theme).line)).size, 11);
});

test("mixing goes from the ground to the colour", () => {
  assert.equal(mix("#ff0000", "#0000ff", 0), "#0000ff");
  assert.equal(mix("#ff0000", "#0000ff", 1), "#ff0000");
  assert.equal(mix("#ffffff", "#000000", 0.5), "#808080");
});

test("OKLCH gives the published colours", () => {
  // White, black and sRGB red by their OKLCH coordinates.
  assert.equal(oklch(1, 0, 0), "#ffffff");
  assert.equal(oklch(0, 0, 0), "#000000");
  assert.equal(oklch(0.627955, 0.257683, 29.2339), "#ff0000");
});

test("the plots' themes and the page's tokens are the same colours", () => {
  const tokens = readFileSync("src/styles/tokens.css", "utf8");
  const names: Readonly<Record<string, keyof Theme>> = {
    surface: "surface",
    ink: "ink",
    "ink-muted": "inkMuted",
    "ink-faint": "inkFaint",
    line: "line",
    "line-strong": "lineStrong",
    on: "on",
    off: "off",
  };
  for (const [token, key] of Object.entries(names)) {
    const value = new RegExp(`--color-${token}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(tokens);
    assert.deepEqual([value?.[1], value?.[2]], [light[key], dark[key]], `--color-${token}`);
  }
});

test("the page's inks can be read on each of its surfaces", () => {
  const tokens = readFileSync("src/styles/tokens.css", "utf8");
  const pair = (name: string): readonly string[] => {
    const value = new RegExp(`--color-${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(tokens);
    assert.ok(value, `--color-${name} is missing`);
    return value.slice(1, 3);
  };
  const surfaces = ["page", "surface", "surface-raised", "surface-sunken", "surface-hover", "surface-selected"];
  const pairs: readonly (readonly [ink: string, ground: string, least: number])[] = [
    ...["ink", "ink-muted", "ink-faint", "accent"].flatMap((ink) =>
      surfaces.map((ground) => [ink, ground, 4.5] as const),
    ),
    ...["line-strong", "focus"].flatMap((line) => surfaces.map((ground) => [line, ground, 3] as const)),
    ["accent-ink", "accent", 4.5],
    ["accent-ink", "accent-hover", 4.5],
    ["accent", "accent-soft", 4.5],
    ["good", "good-soft", 4.5],
    ["warning", "warning-soft", 4.5],
    ["danger", "danger-soft", 4.5],
    ["danger", "surface", 4.5],
  ];
  for (const [ink, ground, least] of pairs) {
    [0, 1].forEach((theme) => {
      const ratio = contrast(pair(ink)[theme], pair(ground)[theme]);
      assert.ok(ratio >= least, `${ink} on ${ground}, ${theme === 0 ? "light" : "dark"}: ${ratio.toFixed(2)}`);
    });
  }
});
