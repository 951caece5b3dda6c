/** Numbers and progress in words for a reader. */

import type { Progress, Stretch } from "../../../pkg/src/index";
import { formatCount } from "../plots/core/format";
import type { Activity } from "../rpc/working";

/** A count with its noun: "1 gene", "6,600 genes". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** A region, from 0, end excluded, in words: "chr7:5,530,601-5,566,779"; "chr7:5,530,601" for a single base. */
export function regionInWords(sequence: string, { start, end }: Stretch): string {
  const last = end > start + 1 ? `-${formatCount(end)}` : "";
  return `${sequence}:${formatCount(start + 1)}${last}`;
}

/** A size in decimal units: "111 kB". */
export function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(value >= 1e8 ? 0 : 1)} MB`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(0)} kB`;
  return `${value} bytes`;
}

/** A duration: "0.8 s", "12 s", "3 min 20 s". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${seconds.toFixed(0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Seconds above which durations are given in hours. */
const HOURS = 5400;

/** An estimated duration, without decimals below hours: "4 s", "3 min 20 s", "2.5 h". */
export function remaining(seconds: number): string {
  if (seconds >= HOURS) return `${(seconds / 3600).toFixed(1)} h`;
  return seconds < 10 ? `${Math.ceil(seconds)} s` : duration(seconds);
}

/** A percentage: "34 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** Storage type of weights in words, from a card's `dtype`: "float16". */
export function weightsInWords(dtype: string): string {
  return { f16: "float16", f32: "float32", i8: "int8" }[dtype] ?? dtype;
}

/** Words for each stage of work in progress. */
const STAGES: Readonly<Record<Progress["stage"], string>> = {
  engine: "Loading the",
  weights: "Loading",
  check: "Comparing GPU and CPU in a self-test",
  read: "Reading",
  index: "Finding the sequences of",
  predict: "Running on",
  explain: "Explaining",
  optimise: "Optimising the input for",
  mutate: "Replacing bases of",
  prepare: "Preparing",
  write: "Writing",
};

/** Words for an activity, its progress and its remaining time. */
export interface ProgressInWords {
  readonly text: string;
  /** Details that change continuously, and are not announced. */
  readonly detail: string;
  /** Fraction done, 0 to 1; undefined if unknown. */
  readonly share: number | undefined;
}

/**
 * Progress in words.
 *
 * @param now The current time as `performance.now()` returns it, to estimate the remaining time.
 */
export function progressInWords({ name, began, progress }: Activity, now: number): ProgressInWords {
  if (!progress) return { text: `Getting ${name} ready`, detail: "", share: undefined };
  const { stage, file, done, total, unit } = progress;
  const text = stage === "check" ? STAGES.check : `${STAGES[stage]} ${file ?? name}`;
  const share = total > 0 ? Math.min(1, done / total) : undefined;
  if (unit === "bytes") return { text, share, detail: total > 0 ? `${bytes(done)} of ${bytes(total)}` : bytes(done) };
  if (unit === "steps")
    return { text, share, detail: stage === "optimise" ? `step ${formatCount(done)} of ${formatCount(total)}` : "" };
  const seconds = (now - began) / 1000;
  const rate = done / seconds;
  const left = done > 0 && done < total && seconds > 1 ? `, about ${remaining((total - done) / rate)} left` : "";
  const one = { genes: "gene", windows: "window", bases: "change", variants: "variant" }[unit];
  const speed = done > 0 && seconds > 0.5 && rate >= 1 ? `, ${formatCount(Math.round(rate))} ${one}s a second` : "";
  return { text, share, detail: `${formatCount(done)} of ${counted(total, one)}${speed}${left}` };
}
