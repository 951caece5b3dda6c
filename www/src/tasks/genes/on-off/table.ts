/** All genes of a run of an on/off model. */

import { html, nothing } from "lit";
import { formatProbability, formatValue } from "../../../plots";
import { type Column, shade } from "../../../ui/grid";
import { percent } from "../../../ui/words";
import { attentionColumns, attentionChoice, attentionLegend } from "../attention-columns";
import { JUDGED, knownIn, listsOf, PEAK, SURE } from "../order";
import type { FinishedRun } from "../result";
import { rangeInWords } from "../sure/spread";
import { isSure, sureInWords } from "../sure/sets";
import { movedColumn, type NamedFilter, type TableOf } from "../table";
import { isMissed, type MeasuredGenes } from "./measured/measured";
import { isOn, onInWords } from "./on";

const FILTERS: readonly NamedFilter[] = [
  { filter: "all", name: "All" },
  { filter: "on", name: "Predicted on" },
  { filter: "off", name: "Predicted off" },
];
const MISSED: NamedFilter = { filter: "missed", name: "Label mismatch" };
const BY_SETS: readonly NamedFilter[] = [
  { filter: "sure", name: "Confident" },
  { filter: "unsure", name: "Uncertain" },
];

/** Lists of genes, from the most to the least likely on. */
export const ON_OFF_LISTS = listsOf<FinishedRun, MeasuredGenes>({
  first: "probability",
  moving: ["whose P(on) rises", "whose P(on) falls"],
  keys: {
    // The logit has the same order, and distinguishes probabilities that float32 rounds to 1.
    probability: ["P(on)", (run) => (gene) => run.logit[gene]!],
    sure: [(descending) => `those ${descending ? "with a confident call" : "with an uncertain call"} first`, SURE],
    label: [
      (descending) => `those labelled ${descending ? "on" : "off"} first`,
      (run) => (gene) => run.tables[0].labels?.[gene] ?? 0,
    ],
    measured: ["measured expression", (_, { measured }) => knownIn(measured?.values)],
    top: PEAK,
  },
  filters: {
    on: ["predicted on", (run) => (gene) => isOn(run.probability[gene]!)],
    off: ["predicted off", (run) => (gene) => !isOn(run.probability[gene]!)],
    missed: [
      "whose call differs from their label",
      ({ probability, tables: [{ labels }] }, { measured }) =>
        (gene) =>
          isMissed(gene, probability, labels, measured),
    ],
    sure: ["with a confident call", JUDGED.sure],
    unsure: ["with an uncertain call", JUDGED.unsure],
  },
});

/** The table of genes. */
export const ON_OFF_TABLE: TableOf<FinishedRun, MeasuredGenes> = {
  lists: ON_OFF_LISTS,
  filters({ tables: [{ labels }] }, { measured, sets }) {
    return [...FILTERS, ...(labels || measured ? [MISSED] : []), ...(sets ? BY_SETS : [])];
  },
  attention: attentionChoice,
  legend: (run, hasAttention) => (hasAttention ? attentionLegend(run) : undefined),
  columns(run, beside, table) {
    const { sets, measured } = beside;
    const { labels } = run.tables[0];
    const meant = onInWords(run.model.card);
    // Attention needs the room of what else is known, unless the list is sorted by that.
    const hasRoomFor = (key: string): boolean => !table.hasAttention || table.sortedBy === key;
    const columns: Column<string>[] = [
      {
        key: "probability",
        name: "P(on)",
        title:
          "P(on), the probability that the gene is on; predicted on at 0.5 or above" +
          (meant === undefined ? "" : `. On: expressed ${meant}`),
        width: table.hasAttention ? "3.3rem" : "4.3rem",
        cell: (gene) => {
          const probability = run.probability[gene]!;
          const [called, colour] = isOn(probability) ? ["on", "var(--color-on)"] : ["off", "var(--color-off)"];
          return html`${shade(probability, colour)}${
            table.hasAttention ? nothing : html`<span class="called">${called}</span>`
          }
          ${formatProbability(probability)}`;
        },
        // Only a title: the column is narrow.
        ...(run.low && {
          text: (gene) =>
            `${formatProbability(run.probability[gene])} (${rangeInWords(run, gene, (value) => value.toFixed(2))})`,
        }),
      },
    ];
    if (sets && hasRoomFor("sure"))
      columns.push({
        key: "sure",
        name: "Call",
        title: `Confident call: the one class left in ${percent(sets.coverage)} sets; “?” where neither can be excluded`,
        width: "2.75rem",
        cell: (gene) => (isSure(sets, gene) ? sets.of[gene]! : html`<span class="absent">?</span>`),
        text: (gene) => sureInWords(sets, gene),
      });
    columns.push(...movedColumn(beside, "P(on)", 3, "4.6rem"));
    if (measured)
      columns.push({
        key: "measured",
        name: "Measured",
        title: `Measured expression, of ${measured.file}`,
        width: "4.9rem",
        cell: (gene) =>
          Number.isNaN(measured.values[gene])
            ? html`<span class="absent">–</span>`
            : formatValue(measured.values[gene]),
      });
    columns.push(...table.sharesColumn("log-odds of on", "minmax(11.3rem, 13.5rem)"));
    if (table.hasAttention) columns.push(...attentionColumns(run, table.plots.theme));
    // Last: on a narrow page, scroll to it.
    if (labels && hasRoomFor("label"))
      columns.push({
        key: "label",
        name: "Label",
        title: "Label in the table",
        // Beside the marks there is no more room; beside P(on) its head would touch the arrow of a sorted list.
        width: table.hasShares || table.hasAttention ? "2.8rem" : "3.1rem",
        cell: (gene) => (labels[gene] === 1 ? "on" : "off"),
      });
    return columns;
  },
};
