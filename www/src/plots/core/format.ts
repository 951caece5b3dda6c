/** Formats numbers for readers. The minus is U+2212, as wide as the plus. */

import { format } from "d3-format";

const grouped = format(",d");
const si = format(".3~s");
const exponent = format(".2~e");

/** A count: `6,600`. */
export function formatCount(count: number): string {
  return grouped(count);
}

/** `1 gene`, `6,600 genes`. */
export function formatGenes(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "gene" : "genes"}`;
}

/** A value of an axis or a signal, kept short: `0`, `0.5`, `45`, `1,250`, `1M`, `3.4e+38`. */
export function formatValue(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-3) return exponent(value);
  if (size >= 1e4) return si(value);
  if (size >= 1e3) return format(",.0f")(value);
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

/** An attention weight with two significant digits: `0.12`, `0.010`, `0.0057`. */
export function formatAttention(weight: number): string {
  if (weight === 0) return "0";
  if (weight < 0.0001) return "< 0.0001";
  return weight.toPrecision(2).replace(/^1\.0$/, "1");
}

/** A probability with three decimals, never rounded to 0 or 1. */
export function formatProbability(probability: number): string {
  if (!Number.isFinite(probability)) return "unknown";
  if (probability > 0.999) return "> 0.999";
  if (probability < 0.001) return "< 0.001";
  return probability.toFixed(3);
}

/** `= 0.931`, or `> 0.999` if the number already includes a sign. */
export function formatEquals(number: string): string {
  return /^[<>]/.test(number) ? number : `= ${number}`;
}

/** A signed position: `+350 bp`, `−1,250 bp`, `0 bp`. */
export function formatPosition(bp: number): string {
  const size = format(",")(Math.abs(bp));
  return `${bp < 0 ? "−" : bp > 0 ? "+" : ""}${size} bp`;
}

/** A value with its sign: `+0.031`, `−2.4e−5`, `0`. */
export function formatSigned(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${formatValue(Math.abs(value))}`;
}

/** A correlation with three decimals and a true minus. */
export function formatCorrelation(r: number): string {
  return r.toFixed(3).replace("-", "−");
}

/** A difference of probabilities: `0.031`, `−0.20`; two decimals, or three below 0.1. */
export function formatChange(change: number): string {
  if (!Number.isFinite(change)) return "unknown";
  const size = Math.abs(change).toFixed(Math.abs(change) < 0.0995 ? 3 : 2);
  return `${change < 0 && Number(size) > 0 ? "−" : ""}${size}`;
}

/** A coverage without rounding: `90 %`, `97.5 %`. */
export function formatCoverage(coverage: number): string {
  return `${Number((100 * coverage).toPrecision(4))} %`;
}

/** Name of an interval: `90 % interval`. */
export function intervalName(coverage: number): string {
  return `${formatCoverage(coverage)} interval`;
}
