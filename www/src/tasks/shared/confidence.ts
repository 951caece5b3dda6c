/** The part of a model's card that says how far its predictions can be believed: its members and its calibration. */

import { html, nothing } from "lit";
import type { ModelCard } from "../../../../pkg/src/index";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { formatCount, type Theme } from "../../plots";
import { reliability } from "../../plots/training/card";

type Calibration = NonNullable<ModelCard["calibration"]>;

type Map = Exclude<Calibration["method"], "none">;

const METHODS: Readonly<Record<Map, string>> = {
  temperature: "one temperature",
  platt: "Platt scaling",
  isotonic: "isotonic regression",
};

/** "isotonic regression": a map from log-odds to probabilities. */
export function mapInWords(method: Map): string {
  return METHODS[method];
}

/** "The mean of 5 seeds: 1, 2, 3, 4, 5." of an ensemble; undefined of a single model. */
export function membersInWords({ members = [] }: ModelCard): string | undefined {
  if (members.length === 0) return undefined;
  const [first] = members;
  const isOne = members.every(({ variant }) => variant === first!.variant);
  const named = members.flatMap(({ variant, seed }) =>
    typeof seed === "number" ? [isOne ? `${seed}` : `${variant}, seed ${seed}`] : isOne ? [] : [variant],
  );
  const what = `The mean of ${members.length} ${isOne ? "seeds" : "models"}`;
  return named.length > 0 ? `${what}: ${named.join(isOne ? ", " : "; ")}.` : `${what}.`;
}

const NUMBERS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** "the mean of five models trained from different seeds" of an ensemble; undefined of a single model. */
export function meanInWords({ members = [] }: Pick<ModelCard, "members">): string | undefined {
  const [first, ...others] = members;
  if (!first) return undefined;
  const isOne = others.every(({ variant }) => variant === first.variant);
  const count = NUMBERS[members.length - 2] ?? formatCount(members.length);
  return `the mean of ${count} models ${isOne ? "trained from different seeds" : "of different variants or seeds"}`;
}

/**
 * Sentences on the calibration of a model; none where it has none. `shareOn` is the share of on that probabilities
 * assume in place of the calibration's.
 */
export function calibrationInWords(card: ModelCard, shareOn?: number): readonly string[] {
  const { calibration } = card;
  if (!calibration) return [];
  const { method, genes, on, data, test } = calibration;
  const figures = test && [
    `On ${formatCount(test.n)} test genes the Brier score is ${test.brier.toFixed(3)}, before the calibration ` +
      `${test.brier_raw.toFixed(3)}; the expected calibration error is ${test.calibration_error.toFixed(3)}, before ` +
      `${test.calibration_error_raw.toFixed(3)}.`,
  ];
  const how =
    method === "none"
      ? "P(on) is not calibrated: no calibration was better by more than its standard error,"
      : `P(on) is calibrated by ${METHODS[method]}`;
  return [
    `${how} on ${formatCount(genes)} genes: ${data}. ${Math.round(100 * on)} % of them are on` +
      `${shareOn === undefined ? ", which the probabilities assume" : ""}.`,
    "In tables, probability is calibrated and probability_raw is not.",
    ...(figures ?? []),
  ];
}

/** Width of the reliability diagram. */
const DIAGRAM = 360;

/** A section of the card; nothing of a single model without a calibration. */
export function confidenceSection(card: ModelCard, theme: Theme) {
  const { bins = [] } = card.calibration?.test ?? {};
  const said = [membersInWords(card), ...calibrationInWords(card)].filter((sentence) => sentence !== undefined);
  if (said.length === 0) return nothing;
  return html`<section>
    <h3>Calibration</h3>
    ${said.map((sentence) => html`<p class="small">${sentence}</p>`)}
    ${
      bins.length > 0
        ? html`<figure class="narrow">${unsafeHTML(reliability({ width: DIAGRAM, theme, bins }))}</figure>
            <p class="small muted">
              Each point is a tenth of P(on); lines are 95 % intervals of the share on. For calibrated probabilities,
              lines meet the diagonal.
            </p>`
        : nothing
    }
  </section>`;
}
