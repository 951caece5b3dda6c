/** Every picture says what its axes measure, and what its shades stand for. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/** Text that must be read in the stored pictures whose names begin so. */
const SAID: Readonly<Record<string, readonly RegExp[]>> = {
  "attention-map": [/Base of chrIV(?!, query)/, /Base of chrIV, query/, /attention/],
  "average-attention": [/Mean α of a bin/, /Distance from the TSS/],
  "base-contributions": [/Contribution/, /Base of chrIV/],
  "beta-groups": [/Mean β/],
  "beta-heat-map": [/β, attention weight of a mark/],
  "change-contributions": [/signal/, /log2 fold change/, /raises it|not measured/, /Distance from the TSS/],
  "change-histogram": [/Genes/, /log2\(\(B \+ 1\) \/ \(A \+ 1\)\)/],
  "change-scatter": [/log2/],
  "change-tracks": [/signal/, /α/, /Distance from the TSS/],
  "class-map": [/signal, as a share of the greatest/, /Loss/, /steps?/, /Distance from the TSS/],
  "compared-tracks": [/Prediction/, /Base of chrIV/],
  correlations: [/Pearson’s r; dashed/],
  deletion: [/Fall of/, /Bins removed/],
  "gene-tracks": [/signal/, /Distance from the TSS/],
  "head-attention": [/α = 1\//, /α to /, /Base of chrIV/],
  "held-out": [/Mean H3K27ac/, /mean|profile/i, /Distance from the TSS/],
  "level-histogram": [/Genes/, /Predicted level/],
  "level-scatter": [/measured log2\(count \+ 1\)/, /predicted log2\(count \+ 1\)/],
  "mark-attention": [/β; dashed: uniform/],
  means: [/What each bin|how the score/, /Distance from the TSS/],
  mutagenesis: [/Contribution/, /Changed to/, /change of the sum/, /Base of chrIV/],
  "pattern-logos": [/2 bits/, /letter height is information content/],
  "position-functions": [/Weight f/, /Distance t − i in bins/],
  "probability-histogram": [/Genes/, /P\(on\)/],
  "probability-scatter": [/P\(on\), A: /, /P\(on\), [^A]/],
  reliability: [/Mean P\(on\)/, /Share on/, /test genes/],
  "sample-map": [/P\(on\); –: not|P\(on\), mean of neighbouring genes/, /liver/, /ENSG|Genes, as listed/],
  saliency: [/signal/, /score/, /Distance from the TSS/],
  "sequence-tracks": [/predicted/, /Base of chrIV/],
  "sequence-tracks-interval": [/predicted/, /(?:90|97\.5) % interval/, /Base of chrIV/],
  "variant-tracks": [/reference/, /rises/, /Base of chrIV/],
};

/** Pictures of nothing, which say so instead. */
const EMPTY = /no-|none|empty|-nothing$/;

const folder = join(process.cwd(), "tests/plots/pictures");

for (const file of readdirSync(folder)) {
  const name = file.replace(/\.svg$/, "");
  if (EMPTY.test(name)) continue;
  test(`${name} names its axes and its shades`, () => {
    const kinds = Object.keys(SAID).filter((each) => name.startsWith(each));
    assert.equal(kinds.length > 0, true, "what a new picture must say stands in this test");
    const drawn = readFileSync(join(folder, file), "utf8");
    const text = [...drawn.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, each]) => each).join(" ");
    const kind = kinds.sort((a, b) => b.length - a.length)[0]!;
    for (const said of SAID[kind]!) assert.match(text, said);
  });
}
