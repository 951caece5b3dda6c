/**
 * Which explanation of a model of tables won the deletion test on validation genes: its card says so, and the page
 * shows it first.
 */

import { html, nothing, type TemplateResult } from "lit";
import type { Explanation, ExplanationChoice, ModelCard } from "../../../../pkg/src/index";
import { formatChange } from "../../plots/core/format";
import { explanationName } from "../../plots/explain/explanations";
import { counted } from "../../ui/words";

export const ALPHA = "the weight that the model’s attention gives each bin";
export const BETA = "the weight that the model’s attention gives each mark";

/** After what α and β are: `many` where both were named. */
export function noEffect(many: boolean, switches: string): string {
  return (
    `${many ? "Neither shows" : "It does not show"} how much the prediction changes without a bin or a mark, nor what switches ` +
    `${switches}; use contributions and the deletion test for that.`
  );
}

/** Result of the deletion test for one explanation: the mean over genes. */
interface Area {
  readonly explanation: string;
  readonly area: number;
  /** The excess over the area of the signal's own size, gene by gene; `error` is half its 95 % interval. */
  readonly ahead: number;
  readonly error: number;
}

/** Standard errors to either side of a 95 % interval: `NORMAL_95` of the program. */
const NORMAL_95 = 1.96;

/** The sentence for a model whose best area is not above 0. */
const SURE = "No available ranking lowers this model’s confidence: its predictions hardly depend on single bins.";

/** Page names of explanations that cards call otherwise. */
const PAGE_NAMES: Readonly<Record<string, Explanation | undefined>> = { attention: "alpha" };

/** The names that the page knows. */
const KNOWN: readonly Explanation[] = [
  ...(["alpha", "saliency", "gradient-x-input", "integrated-gradients"] as const),
  ...(["occlusion", "class-optimisation", "signal", "random"] as const),
];

/** An explanation of a card by the page's name; nothing of one that a later version knows. */
function ofPage(name: string): Explanation | undefined {
  return PAGE_NAMES[name] ?? KNOWN.find((known) => known === name);
}

/** Choice of explanation in a card; nothing where the model was not calibrated. */
function choiceOf(card: ModelCard): ExplanationChoice | undefined {
  return card.explanation ?? undefined;
}

/** Results of the deletion test, explanation by explanation. */
function areasOf({ tested, areas, ahead_of_signal, standard_errors }: ExplanationChoice): Area[] {
  const of = (numbers: readonly number[], i: number): number => numbers[i] ?? Number.NaN;
  return tested.map((explanation, i) => ({
    explanation,
    ...{ area: of(areas, i), ahead: of(ahead_of_signal, i), error: NORMAL_95 * of(standard_errors, i) },
  }));
}

/** The one of `offered` that is shown first: the winner, or without one the first there is. */
export function firstOf<Offered extends Explanation>(
  card: ModelCard,
  offered: readonly [Offered, ...Offered[]],
): Offered {
  const choice = choiceOf(card);
  const best = choice && ofPage(choice.best);
  return offered.find((each) => each === best) ?? offered[0];
}

function beatsSignal({ ahead, error }: Area): boolean {
  return ahead > error;
}

function name({ explanation }: Area): string {
  const known = ofPage(explanation);
  return known ? explanationName(known) : explanation;
}

/** "Integrated gradients". */
function named(area: Area): string {
  return name(area).replace(/^./, (first) => first.toUpperCase());
}

/** "+0.072 ± 0.010". */
function difference({ ahead, error }: Area): string {
  return `${ahead < 0 ? "−" : "+"}${Math.abs(ahead).toFixed(3)} ± ${error.toFixed(3)}`;
}

/** Why it is shown first, or what it is worth beside the one that is; nothing where the card does not say. */
export function worthInWords(card: ModelCard, shown: Explanation): string | undefined {
  const choice = choiceOf(card);
  const areas = choice ? areasOf(choice) : [];
  const of = (explanation: Explanation) => areas.find((area) => ofPage(area.explanation) === explanation);
  const [found, signal] = [of(shown), of("signal")];
  const best = areas.find(({ explanation }) => explanation === choice?.best);
  if (!choice || !found || !signal || !best) return undefined;
  const test = `the deletion test on ${choice.genes} ${choice.data}`;
  const against = `area ${formatChange(found.area)} against ${formatChange(signal.area)} of signal`;
  if (found === best) {
    const why = beatsSignal(best)
      ? `Chosen because it won ${test}`
      : `Chosen because its area in ${test} is the largest of those that can be shown, yet none of these ` +
        "beats signal beyond its 95 % interval";
    return `${why}: ${against} (${difference(found)}).${best.area > 0 ? "" : ` ${SURE}`}`;
  }
  const verdict = beatsSignal(found) ? "better" : "no better";
  return (
    `Deletion test on ${choice.genes} ${choice.data}: ${verdict} than ranking bins by signal, ${against} ` +
    `(${difference(found)}). ${named(best)} has ${formatChange(best.area)}.`
  );
}

/** Choice of explanation in a card, in words and as a table. */
export function choiceSection(card: ModelCard): TemplateResult | typeof nothing {
  const choice = choiceOf(card);
  const areas = choice ? areasOf(choice).sort((a, b) => b.area - a.area) : [];
  const best = areas.find(({ explanation }) => explanation === choice?.best);
  if (!choice || !best) return nothing;
  return html`<section>
    <h3>Default explanation</h3>
    <p class="small">
      ${named(best)}.
      ${
        beatsSignal(best)
          ? html`It won the deletion test on ${counted(choice.genes, "gene")} (${choice.data}) among those that can be
            shown along a gene: the prediction falls furthest as bins are removed in its order.`
          : html`Its area in the deletion test on ${counted(choice.genes, "gene")} (${choice.data}) is the largest of
              those that can be shown along a gene, yet
              <strong>none of these beats signal strength beyond its 95 % interval</strong>.`
      }
      ${best.area > 0 ? nothing : SURE}
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">Explanation</th>
          <th scope="col">Area</th>
          <th scope="col">Gain over signal</th>
        </tr>
      </thead>
      <tbody>
        ${areas.map(
          (area) =>
            html`<tr class=${area === best ? "own" : ""}>
              <th scope="row">${name(area)}</th>
              <td>${formatChange(area.area)}</td>
              <td>${area.explanation === "signal" ? nothing : difference(area)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="small muted">
      Area under the fall of the prediction, mean over genes; ± is half the 95 % interval. Occlusion is close to the
      test itself and is never chosen; gradient × input is not drawn along genes.
    </p>
  </section>`;
}
