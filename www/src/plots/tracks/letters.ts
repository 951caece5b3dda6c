/** Letters of bases, as high as a number. */

import { element, num } from "../core/svg";

/** A, C, G and T as outlines in a square from (0, 0), the foot, to (1, 1), the head. */
const OUTLINES: readonly (readonly (readonly (readonly [number, number])[])[])[] = [
  [
    [
      [0, 0],
      [0.4, 1],
      [0.6, 1],
      [1, 0],
      [0.8, 0],
      [0.71, 0.24],
      [0.29, 0.24],
      [0.2, 0],
    ],
    [
      [0.36, 0.42],
      [0.64, 0.42],
      [0.5, 0.8],
    ],
  ],
  [
    [
      [1, 0.3],
      [0.92, 0.13],
      [0.76, 0.03],
      [0.53, 0],
      [0.3, 0.04],
      [0.13, 0.16],
      [0.03, 0.34],
      [0, 0.5],
      [0.03, 0.68],
      [0.14, 0.85],
      [0.31, 0.96],
      [0.53, 1],
      [0.76, 0.97],
      [0.92, 0.87],
      [1, 0.71],
      [0.79, 0.67],
      [0.7, 0.79],
      [0.53, 0.83],
      [0.36, 0.78],
      [0.25, 0.65],
      [0.22, 0.5],
      [0.25, 0.33],
      [0.36, 0.21],
      [0.53, 0.17],
      [0.7, 0.22],
      [0.79, 0.35],
    ],
  ],
  [
    [
      [1, 0.52],
      [0.53, 0.52],
      [0.53, 0.36],
      [0.79, 0.36],
      [0.79, 0.25],
      [0.68, 0.19],
      [0.53, 0.17],
      [0.36, 0.22],
      [0.25, 0.34],
      [0.22, 0.5],
      [0.25, 0.66],
      [0.36, 0.79],
      [0.53, 0.83],
      [0.7, 0.79],
      [0.79, 0.69],
      [0.99, 0.74],
      [0.91, 0.88],
      [0.76, 0.97],
      [0.53, 1],
      [0.31, 0.96],
      [0.14, 0.85],
      [0.03, 0.68],
      [0, 0.5],
      [0.03, 0.34],
      [0.13, 0.16],
      [0.3, 0.04],
      [0.53, 0],
      [0.78, 0.03],
      [1, 0.14],
    ],
  ],
  [
    [
      [0.4, 0],
      [0.6, 0],
      [0.6, 0.83],
      [1, 0.83],
      [1, 1],
      [0, 1],
      [0, 0.83],
      [0.4, 0.83],
    ],
  ],
];

/** A letter of a base from its foot to its head, in pixels; one whose head is below its foot stands on its head. */
export function letter(code: number, x: number, width: number, foot: number, head: number, fill: string): string {
  const place = ([u, v]: readonly [number, number]): string => `${num(x + u * width)},${num(foot + v * (head - foot))}`;
  const d = (OUTLINES[code] ?? []).map((outline) => `M${outline.map(place).join("L")}Z`).join("");
  return element("path", { d, fill, "fill-rule": "evenodd" });
}
