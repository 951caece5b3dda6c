/** Genes under the tracks: names that never overlap, at any zoom, and an account of what is not shown. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { dark, light } from "../../src/plots";
import { textWidth } from "../../src/plots/core/svg";
import { aboutGenes, genesHeight, geneInWords, placeGenes } from "../../src/plots/tracks/genes";
import { type SequenceGene, sequenceTracks, sequenceTracksLayout } from "../../src/plots/sequences";
import { sequenceOptions } from "./sequence-pictures";

const LEFT = 46;
const RIGHT = 988;

/** Knuth's generator (MMIX), so that the genes are the same everywhere. */
function random(seed: bigint): () => number {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 33n) / 2 ** 31;
  };
}

/** Genes of all lengths and strands anywhere on a megabase; some of the names are long. */
function randomGenes(count: number, seed: bigint): SequenceGene[] {
  const next = random(seed);
  const genes = Array.from({ length: count }, (_, i): SequenceGene => {
    const start = Math.floor(next() * 1e6);
    const end = start + 1 + Math.floor(next() ** 6 * 2e5);
    const strand = (["+", "-", "."] as const)[Math.floor(next() * 3)]!;
    const middle = start + Math.floor((end - start) / 2);
    return {
      ...{ id: `ENSG${i}`, name: next() < 0.2 ? `A-LONG-NAME.${i}` : `G${i}`, strand, start, end },
      tss: strand === "-" ? end - 1 : start,
      exons: Uint32Array.of(start, Math.max(start + 1, middle - 1), middle, end),
    };
  });
  return genes.sort((a, b) => a.start - b.start);
}

const stretch = (view: readonly [number, number]) => ({ record: "chr1", origin: 0, binSize: 100, view });
const texts = (plot: string): string[] =>
  [...plot.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");

test("no two names of genes overlap, and none leaves the picture, at ten zooms and many places", () => {
  for (const count of [5, 60, 400]) {
    const genes = { file: "genes.gtf", genes: randomGenes(count, BigInt(count)), more: 0 };
    for (let zoom = 0; zoom < 10; zoom++) {
      const bins = Math.round(10_000 / 2 ** zoom);
      for (let step = 0; step < 8; step++) {
        const from = Math.round(((10_000 - bins) * step) / 8);
        const shown = placeGenes(genes, stretch([from, from + bins]), LEFT, RIGHT);
        assert(shown.rows <= 6, `${shown.rows} rows`);
        for (let of = 0; of < shown.rows; of++) {
          const row = shown.placed.filter(({ row }) => row === of);
          const names = row.flatMap(({ name }) => (name ? [name] : [])).sort((a, b) => a.x - b.x);
          for (const [i, { x, text }] of names.entries()) {
            assert(x >= LEFT && x + textWidth(text, 10) <= RIGHT + 1e-6, `${text} at ${x}`);
            const next = names[i + 1];
            if (next) assert(x + textWidth(text, 10) < next.x, `${text} and ${next.text}`);
          }
        }
      }
    }
  }
});

test("a short gene at the edge of the picture has its name before it", () => {
  for (const strand of ["+", "-", "."] as const) {
    const gene = { id: "EDGE", name: null, strand, start: 99_000, end: 99_400, tss: 99_000, exons: [99_000, 99_400] };
    const { placed } = placeGenes({ file: "", genes: [gene], more: 0 }, stretch([0, 1000]), LEFT, RIGHT);
    const { x, text } = placed[0]!.name!;
    assert.equal(text, "EDGE");
    assert(x + textWidth("EDGE", 10) < LEFT + 0.99 * (RIGHT - LEFT), `at ${x}`);
  }
});

test("genes that overlap stand in rows of their own", () => {
  const genes = randomGenes(80, 7n);
  const { placed } = placeGenes({ file: "", genes, more: 0 }, stretch([0, 4000]), LEFT, RIGHT);
  for (const a of placed)
    for (const b of placed)
      if (a !== b && a.row === b.row) assert(a.gene.end <= b.gene.start || b.gene.end <= a.gene.start);
  assert(placed.length > 10);
});

test("every gene in view has a name or is counted", () => {
  const genes = randomGenes(120, 3n);
  let some = 0;
  for (let bins = 10_000; bins > 20; bins = Math.floor(bins / 2)) {
    const shown = placeGenes({ file: "", genes, more: 4 }, stretch([1000, 1000 + bins]), LEFT, RIGHT);
    const inView = genes.filter(({ start, end }) => end > 100_000 && start < 100_000 + bins * 100).length;
    assert.equal(shown.total, inView + 4);
    if (shown.isDense) assert.match(aboutGenes(shown), new RegExp(`^${shown.total} genes; zoom in`));
    else {
      assert.equal(shown.placed.length + shown.leftOut, shown.total);
      if (shown.leftOut > 4) {
        some++;
        assert.equal(aboutGenes(shown), `+${shown.leftOut} more genes; zoom in`);
      }
    }
  }
  assert(some > 0, "some zoom leaves genes out");
});

test("a gene keeps its row as the view moves", () => {
  const genes = { file: "", genes: randomGenes(100, 11n), more: 0 };
  const rowsAt = (from: number) =>
    new Map(placeGenes(genes, stretch([from, from + 3000]), LEFT, RIGHT).placed.map(({ gene, row }) => [gene, row]));
  const [before, after] = [rowsAt(2000), rowsAt(2700)];
  const both = [...before].filter(([gene]) => after.has(gene));
  assert(both.length > 3);
  for (const [gene, row] of both) assert.equal(after.get(gene), row, gene.id);
});

test("a picture with genes is the same text each time, and the axis stands below them", () => {
  const genes = { file: "genes.gtf", genes: randomGenes(30, 5n), more: 0 };
  const options = sequenceOptions({ genes, origin: 0 });
  assert.equal(sequenceTracks(options), sequenceTracks(sequenceOptions({ genes, origin: 0 })));
  const layout = sequenceTracksLayout(options);
  assert(layout.genes && layout.genes.top > layout.tracks.at(-1)!.bottom && layout.axisY > layout.genes.bottom);
  assert.equal(layout.genes.bottom - layout.genes.top, genesHeight(layout.genes.shown));
  const without = sequenceTracksLayout(sequenceOptions());
  assert.deepEqual([without.left, without.right, without.tracks], [layout.left, layout.right, layout.tracks]);
});

test("marked places in view are triangles over the first track, one a pixel, and are counted", () => {
  const { origin, binSize, view } = sequenceOptions();
  const base = (bin: number): number => origin + bin * binSize;
  const marked = [base(view[0]) - 1, base(view[0]), base(view[0]) + 1, base(view[1]) - 1, base(view[1])];
  const plot = sequenceTracks(sequenceOptions({ marked }));
  assert.equal(plot.match(/l-3\.5 -6h7z/g)?.length, 2);
  assert.match(plot, / 3 marked places\./);
  assert.equal(sequenceTracks(sequenceOptions({ marked: [] })), sequenceTracks(sequenceOptions()));
});

test("a gene is told with its strand, place, TSS and exons, and drawn so", () => {
  const gene: SequenceGene = {
    ...{ id: "ENSG1", name: "A<B>", strand: "-", start: 20_000, end: 60_000, tss: 59_999 },
    exons: Uint32Array.of(20_000, 30_000, 50_000, 60_000),
  };
  assert.equal(geneInWords(gene, "chrIV"), "A<B> (ENSG1), minus strand, chrIV:20,001–60,000, TSS 60,000, 2 exons");
  for (const theme of [light, dark]) {
    const plot = sequenceTracks(
      sequenceOptions({ genes: { file: "g.bed", genes: [gene], more: 0 }, origin: 0, theme }),
    );
    const drawn = plot.split(`<g data-gene="A&lt;B&gt;">`)[1]?.split("</g>")[0] ?? "";
    assert.match(drawn, /<title>A&lt;B&gt; \(ENSG1\), minus strand/);
    assert(texts(drawn).includes("A&lt;B&gt;"));
    // Two boxes in one path, and an arrow from the right end to the left.
    assert.match(drawn, new RegExp(`d="M[^"]*Z *M[^"]*Z" fill="${theme.inkMuted}"`));
    const [, from, to] = /d="M([\d.]+),[\d.]+V[\d.]+H([\d.]+)M/.exec(drawn) ?? [];
    assert(Number(to) < Number(from), `${from} to ${to}`);
    assert.match(plot, /<desc>[^<]*Genes in view: A&lt;B&gt; \(−\)\./);
  }
});

test("far away a row a strand shows where genes are, and the picture says how many", () => {
  const genes = { file: "genes.gtf", genes: randomGenes(3000, 2n), more: 12 };
  const plot = sequenceTracks(sequenceOptions({ genes, origin: 0, binSize: 1000 }));
  const inView = genes.genes.filter(({ start }) => start < 960_000).length + 12;
  assert.match(plot, new RegExp(`${inView.toLocaleString("en-US")} genes; zoom in for names`));
  assert.doesNotMatch(plot, /data-gene/);
  assert.match(plot, /<title>[\d,]+ genes on the minus strand of chrIV:1–960,000<\/title>/);
  const shades = (strand: string) =>
    [...(plot.split(`on the ${strand} strand`)[1]?.split("</g>")[0] ?? "").matchAll(/fill="(#\w+)"\/>/g)].length;
  // Genes of an unknown strand are among those of the plus strand, which is full.
  assert.equal(shades("plus"), 1);
  assert(shades("minus") > 1);
  assert(plot.length < 60_000, `${plot.length} characters`);
});

test("where no gene is in view the picture says so", () => {
  const plot = sequenceTracks(sequenceOptions({ genes: { file: "genes.gtf", genes: [], more: 0 } }));
  assert(texts(plot).includes("none here"));
  assert.match(plot, /No gene is in view\./);
});
