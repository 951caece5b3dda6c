/**
 * Genes under the tracks of a sequence: a line from end to end, a box for each exon, arrows along the strand, a hook at
 * the TSS. Genes are placed in rows so that names do not overlap; if too many would find no room, one row per strand
 * shows the density of genes.
 */

import { mix, type Theme } from "../core/colour";
import { formatCount, formatGenes } from "../core/format";
import { END, type Figure, type Laid, laid, type Layout, type Rows, type Sides, type Themed } from "../core/layout";
import type { SequenceFrame, SequenceGene, SequenceGenes, Stretch } from "../core/options";
import { linear, type Scale } from "../core/scale";
import { element, fit, label, num, type Part, segment, textElement, textWidth } from "../core/svg";
import { DOTTED, down } from "../marks/axes";
import { baseScale, basesInWords, drawSequenceAxis, formatBase, SEQUENCE_AXIS } from "./axis";

/** Size of names, the smallest text of the picture. */
const SIZE = 10;
/** Maximum number of rows of named genes. */
const ROWS = 6;
/** Height of a row: a name, and the boxes below it. */
const ROW = 25;
/** Height of the boxes of exons. */
const BOX = 9;
/** Height of a row without names. */
const DENSE_ROW = 14;
/** Space in pixels between neighbours in a row. */
const APART = 8;
/** Width of the hook at a TSS. */
const HOOK = 9;
/** Distance in pixels between arrows along a gene. */
const ARROWS = 18;
/** Minimum width of a truncated name. */
const NARROW = 26;
/** Width in pixels of a column, and number of shades for its coverage by genes, in rows without names. */
const COLUMN = 2;
const SHADES = 4;
/** Fraction of genes without room from which no gene is named. */
const CROWDED = 0.4;
/** Number of names listed in the picture's description. */
const LISTED = 8;

/** Genes in view. */
export type PlacedGenes = ReturnType<typeof placeGenes>;

/** Name of a gene: its symbol, otherwise its id. */
export function nameOf({ name, id }: Pick<SequenceGene, "name" | "id">): string {
  return name ?? id;
}

/** Extent of a gene in its row, in pixels from the record's first base, and the start of its name within it. */
function extentOf(gene: SequenceGene, perBase: number) {
  const [start, end] = [gene.start * perBase, Math.max(gene.end * perBase, gene.start * perBase + 1)];
  const width = textWidth(nameOf(gene), SIZE);
  if (gene.strand !== "-") {
    const name = gene.strand === "+" ? start + HOOK + 3 : start;
    return { from: start, to: Math.max(end, name + width), name, width };
  }
  // The hook is at the right end and points left: the name is before it, or after it.
  const name = end - start >= width + HOOK + 3 ? start : end + 3;
  return { from: Math.min(start, end - HOOK), to: Math.max(end, name + width), name, width };
}

type Extent = ReturnType<typeof extentOf>;

/**
 * A row for each gene, as far as there are rows. It depends on all genes, not only those in view, so that no gene
 * changes its row as the view moves. Long genes choose first.
 */
function rowsOf(extents: readonly Extent[], genes: readonly SequenceGene[]): readonly (number | undefined)[] {
  const order = [...genes.keys()].sort(
    (a, b) => genes[b].end - genes[b].start - (genes[a].end - genes[a].start) || a - b,
  );
  // Occupied extents of each row, sorted.
  const taken: Extent[][] = Array.from({ length: ROWS }, () => []);
  const rows: (number | undefined)[] = Array.from(genes, () => undefined);
  for (const i of order) {
    const extent = extents[i];
    const row = taken.findIndex((others) => {
      const at = firstFrom(others, extent.from);
      const [before, after] = [others[at - 1], others[at]];
      if (before && before.to + APART > extent.from) return false;
      if (after && extent.to + APART > after.from) return false;
      others.splice(at, 0, extent);
      return true;
    });
    if (row >= 0) rows[i] = row;
  }
  return rows;
}

/** The extents and rows at one zoom. */
function zoomTo(genes: readonly SequenceGene[], perBase: number) {
  const extents = genes.map((gene) => extentOf(gene, perBase));
  return { perBase, extents, rows: rowsOf(extents, genes) };
}

/** The latest zoom for each list of genes: a moving view keeps its zoom. */
const zoomed = new WeakMap<readonly SequenceGene[], ReturnType<typeof zoomTo>>();

/** Index of the first extent that begins at a pixel or after it. */
function firstFrom(sorted: readonly Extent[], pixel: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].from < pixel) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Positions of the genes in view. */
export function placeGenes({ genes, more }: SequenceGenes, stretch: Stretch, left: number, right: number) {
  const [first, last] = baseScale(stretch, { left, right }).domain();
  const perBase = (right - left) / (last - first);
  const isInView = (gene: SequenceGene): boolean => gene.end > first && gene.start < last;
  const inView = genes.filter(isInView).length;
  const known = zoomed.get(genes);
  const zoom = known?.perBase === perBase ? known : zoomTo(genes, perBase);
  zoomed.set(genes, zoom);
  const { extents, rows } = zoom;
  // One row per strand represents all of them.
  const isDense = rows.filter((row) => row === undefined).length > CROWDED * genes.length;
  const shift = left - first * perBase;
  // End of the occupied part of each row; genes are sorted by start, and so are extents in a row.
  const taken = Array.from({ length: ROWS }, () => left - APART);
  const placed = genes.flatMap((gene, i) => {
    const row = rows[i];
    if (isDense || row === undefined || !isInView(gene)) return [];
    const { from, to, name, width } = extents[i];
    const [low, high] = [Math.max(left, from + shift), Math.min(right, to + shift)];
    const free = taken[row] + APART;
    taken[row] = high;
    // At an edge, a name stays within the visible part of its gene and off its hook, or else precedes its gene.
    const at = Math.max(low, name + shift);
    const before = from + shift - 3 - width;
    if (high - at + 0.01 < width && before >= free) return [{ gene, row, name: { x: before, text: nameOf(gene) } }];
    const text = high - at + 0.01 >= Math.min(width, NARROW) ? fit(nameOf(gene), high - at + 0.01, SIZE) : "";
    return [{ gene, row, name: text === "" ? undefined : { x: at, text } }];
  });
  return {
    placed,
    rows: isDense ? 2 : placed.reduce((most, { row }) => Math.max(most, row + 1), 0),
    // Genes without room, and all genes.
    leftOut: isDense ? 0 : inView - placed.length + more,
    total: inView + more,
    isDense,
  };
}

/** Height of the genes below their heading. */
export function genesHeight({ rows, isDense }: PlacedGenes): number {
  return rows * (isDense ? DENSE_ROW : ROW);
}

/** Note on genes without names; empty if all found room. */
export function aboutGenes({ total, leftOut, isDense }: PlacedGenes): string {
  if (total === 0) return "none here";
  if (isDense) return `${formatGenes(total)}; come closer for their names`;
  return leftOut > 0 ? `+${formatCount(leftOut)} more ${leftOut === 1 ? "gene" : "genes"}; come closer` : "";
}

const STRANDS = { "+": "plus strand", "-": "minus strand", ".": "strand unknown" } as const;

/** A gene in words: "TP53 (ENSG00000141510), minus strand, chr17:7,661,779–7,687,550, TSS 7,687,550, 14 exons". */
export function geneInWords(gene: SequenceGene, record: string): string {
  const { id, name, strand, start, end, tss, exons } = gene;
  const count = exons.length / 2;
  return [
    name === null || name === id ? id : `${name} (${id})`,
    STRANDS[strand],
    basesInWords(record, start, end),
    ...(strand === "." ? [] : [`TSS ${formatBase(tss + 1)}`]),
    `${formatCount(count)} ${count === 1 ? "exon" : "exons"}`,
  ].join(", ");
}

/** A sentence about the genes in view. */
export function genesInWords(shown: PlacedGenes): string {
  const { placed, total, isDense } = shown;
  if (total === 0) return "No gene is in view.";
  if (isDense) return `${formatGenes(total)} in view.`;
  const listed = placed.slice(0, LISTED).map(({ gene }) => {
    const strand = gene.strand === "." ? "" : ` (${gene.strand === "-" ? "−" : "+"})`;
    return `${nameOf(gene)}${strand}`;
  });
  const others = total - listed.length;
  return `Genes in view: ${listed.join(", ")}${others > 0 ? ` and ${formatCount(others)} more` : ""}.`;
}

function drawGene({ strand, start, end, tss, exons }: SequenceGene, x: Scale, y: number, theme: Theme): Part[] {
  const [from, to] = [x(start), Math.max(x(end), x(start) + 1)];
  const boxes = boxesOf(exons, x);
  const [first, last] = x.domain();
  // On the minus strand, transcription starts at the last base.
  const end5 = strand === "-" ? tss + 1 : tss;
  const isTssInView = strand !== "." && end5 >= first && end5 <= last;
  const { within, between } = arrowsOf(strand, from, to, y, boxes);
  const outline = (d: string, stroke: string): string => d && element("path", { d, fill: "none", stroke });
  return [
    to - from > 1 && segment(from, y, to, y, theme.lineStrong),
    outline(between, theme.lineStrong),
    element("path", { d: boxes.map(([a, b]) => rect(a, b, y)).join(""), fill: theme.inkMuted }),
    outline(within, theme.surface),
    isTssInView && outline(hook(x(end5), y, strand === "-" ? -1 : 1), theme.ink),
  ];
}

function rect(from: number, to: number, y: number): string {
  return `M${num(from)},${num(y - BOX / 2)}H${num(to)}V${num(y + BOX / 2)}H${num(from)}Z`;
}

/** The exons in view in pixels, at least one pixel wide; exons that would touch are merged. */
function boxesOf(exons: ArrayLike<number>, x: Scale): (readonly [number, number])[] {
  const [first, last] = x.domain();
  const boxes: [number, number][] = [];
  for (let i = 0; i + 1 < exons.length; i += 2) {
    if (exons[i + 1] <= first || exons[i] >= last) continue;
    const [from, to] = [x(exons[i]), Math.max(x(exons[i + 1]), x(exons[i]) + 1)];
    const before = boxes.at(-1);
    if (before && from < before[1] + 0.5) before[1] = Math.max(before[1], to);
    else boxes.push([from, to]);
  }
  return boxes;
}

/**
 * Arrows along the strand, within boxes and between them; an arrow that would cross an edge is omitted.
 */
function arrowsOf(
  strand: SequenceGene["strand"],
  from: number,
  to: number,
  y: number,
  boxes: readonly (readonly [number, number])[],
): { within: string; between: string } {
  let [within, between] = ["", ""];
  if (strand === ".") return { within, between };
  const tip = strand === "+" ? 1.5 : -1.5;
  for (let at = from + ARROWS / 2; at <= to - 5; at += ARROWS) {
    const d = `M${num(at - tip)},${num(y - 2.5)}L${num(at + tip)},${num(y)}L${num(at - tip)},${num(y + 2.5)}`;
    if (boxes.some(([a, b]) => at > a + 3 && at < b - 3)) within += d;
    else if (boxes.every(([a, b]) => at < a - 3 || at > b + 3)) between += d;
  }
  return { within, between };
}

/** The start of transcription, and its direction. */
function hook(x: number, y: number, way: 1 | -1): string {
  const [top, tip] = [y - BOX / 2 - 5, x + way * HOOK];
  const ends = [top - 2.5, top, top + 2.5].map((at, i) => `${num(i === 1 ? tip : tip - way * 3)},${num(at)}`);
  return `M${num(x)},${num(y)}V${num(top)}H${num(tip)}M${ends.join("L")}`;
}

/** One row per strand; a column is darker if genes cover more of its bases. */
function drawDense(genes: readonly SequenceGene[], stretch: Stretch, x: Scale, top: number, theme: Theme): string[] {
  const [left, right] = x.range() as [number, number];
  const [first, last] = x.domain() as [number, number];
  const place = basesInWords(stretch.record, first, last);
  return (["+", "-"] as const).map((strand, row) => {
    const y = top + row * DENSE_ROW + DENSE_ROW / 2;
    const isThere = ({ strand: of, start, end }: SequenceGene): boolean =>
      (of === "-") === (strand === "-") && end > first && start < last;
    const there = genes.filter(isThere);
    const covered = new Float64Array(Math.ceil((right - left) / COLUMN));
    for (const { start, end } of there) {
      const [from, to] = [x(start) - left, Math.max(x(end), x(start) + 0.2) - left].map((pixel) => pixel / COLUMN);
      for (let at = Math.floor(from); at < to && at < covered.length; at++)
        covered[at] += Math.min(to, at + 1) - Math.max(from, at);
    }
    const paths = Array.from({ length: SHADES }, () => "");
    for (let from = 0, to = 0; from < covered.length; from = to) {
      const shade = shadeOf(covered[from]);
      for (to = from + 1; to < covered.length && shadeOf(covered[to]) === shade; to++);
      if (shade > 0) paths[shade - 1] += rect(left + from * COLUMN, Math.min(right, left + to * COLUMN), y);
    }
    const sign = { ...END, "font-size": SIZE, fill: theme.inkFaint };
    return element("g", {}, [
      textElement("title", {}, `${formatGenes(there.length)} on the ${STRANDS[strand]} of ${place}`),
      label(left - 6, y + 3, strand === "-" ? "−" : "+", sign),
      paths.map((d, i) => d && element("path", { d, fill: mix(theme.inkMuted, theme.surface, (i + 1) / SHADES) })),
    ]);
  });
}

function shadeOf(share: number): number {
  return Math.ceil(Math.min(1, share) * SHADES);
}

const HEADER = 18;
const GAP = 10;

/** Layout of tracks over genes and an axis. */
export interface SequenceLayout<Track extends Rows = Rows> extends Layout, Pick<Stretch, "view"> {
  readonly tracks: readonly Track[];
  /** The genes below their heading, if there are any. */
  readonly genes?: (Rows & { readonly shown: PlacedGenes }) | undefined;
  readonly axisY: number;
}

/**
 * A picture of tracks, with genes from `y` down and the axis below them, and a line through all of them at a `place` in
 * view, in bins.
 */
export function overGenes<Track extends Rows>(
  options: SequenceFrame,
  sides: Sides,
  tracks: readonly Track[],
  y: number,
  content: (frame: SequenceLayout<Track>) => Figure,
  place = Number.NaN,
): Laid<SequenceLayout<Track>> {
  const { width, theme, view, genes: known } = options;
  const shown = known && placeGenes(known, options, sides.left, sides.right);
  const genes = shown && { shown, top: y + HEADER, bottom: y + HEADER + genesHeight(shown) };
  const axisY = genes ? genes.bottom + GAP : y;
  const frame = { width, theme, view, height: axisY + SEQUENCE_AXIS, ...sides, tracks, genes, axisY };
  return laid(options, frame, () => {
    const { summary, body, ...said } = content(frame);
    const isInView = place >= view[0] && place <= view[1];
    const x = linear(view, [sides.left, sides.right])(place);
    const through = { top: tracks[0]?.top ?? 0, bottom: axisY, theme };
    return {
      ...said,
      summary: tracks.length === 0 ? "No track is chosen to be shown." : [summary, shown && genesInWords(shown)],
      body: [
        body,
        known && genes && drawGenes(known, shown, options, frame, genes.top),
        isInView && down(through, x, { ...DOTTED, stroke: theme.ink }),
        drawSequenceAxis(options, frame, axisY),
      ],
    };
  });
}

/** Draws genes from `top` down, under their heading. */
function drawGenes(
  { genes, file }: SequenceGenes,
  shown: PlacedGenes,
  stretch: Stretch,
  sides: Sides & Themed,
  top: number,
): Part[] {
  const { left, right, theme } = sides;
  const about = aboutGenes(shown);
  const room = right - left - (about ? textWidth(about, 11) + 16 : 0);
  const name = left + textWidth("Genes", 12) + 8;
  const muted = { fill: theme.inkMuted };
  const x = baseScale(stretch, sides).clamp(true);
  return [
    label(left, top - 6, "Genes", { "font-size": 12, fill: theme.ink }),
    label(name, top - 6, fit(file, left + room - name, 11), muted),
    about && label(right, top - 6, about, { ...END, ...muted }),
    shown.isDense
      ? drawDense(genes, stretch, x, top, theme)
      : shown.placed.map(({ gene, row, name: at }) => {
          const y = top + row * ROW + ROW - BOX / 2 - 2;
          return element("g", { "data-gene": nameOf(gene) }, [
            textElement("title", {}, geneInWords(gene, stretch.record)),
            drawGene(gene, x, y, theme),
            at && label(at.x, y - BOX / 2 - 3, at.text, { "font-size": SIZE, fill: theme.ink }),
          ]);
        }),
  ];
}
