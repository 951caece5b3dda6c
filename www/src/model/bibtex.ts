/** BibTeX of the papers behind each family, and of this program. */

/** A work that is cited. */
export interface Work {
  /** What it is called in BibTeX. */
  readonly key: string;
  /** "Singh et al. 2017": in the text. */
  readonly brief: string;
  readonly bibtex: string;
}

/** One entry; fields in the order given. */
function entry(type: string, key: string, fields: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(width)} = {${value}}`);
  return `@${type}{${key},\n${lines.join(",\n")}\n}`;
}

function work(type: string, key: string, brief: string, fields: Readonly<Record<string, string>>): Work {
  return { key, brief, bibtex: entry(type, key, fields) };
}

/** AttentiveChrome. */
export const ATTENTIVE_CHROME = work("inproceedings", "singh2017attend", "Singh et al. 2017", {
  author: "Singh, Ritambhara and Lanchantin, Jack and Sekhon, Arshdeep and Qi, Yanjun",
  title: "Attend and Predict: Understanding Gene Regulation by Selective Attention on Chromatin",
  booktitle: "Advances in Neural Information Processing Systems",
  volume: "30",
  year: "2017",
  eprint: "1708.00339",
  archiveprefix: "arXiv",
});

/** DeepChrome. */
export const DEEP_CHROME = work("article", "singh2016deepchrome", "Singh et al. 2016", {
  author: "Singh, Ritambhara and Lanchantin, Jack and Robins, Gabriel and Qi, Yanjun",
  title: "{DeepChrome}: deep-learning for predicting gene expression from histone modifications",
  journal: "Bioinformatics",
  volume: "32",
  number: "17",
  pages: "i639--i648",
  year: "2016",
  doi: "10.1093/bioinformatics/btw427",
});

/** DeepDiff. */
export const DEEP_DIFF = work("article", "sekhon2018deepdiff", "Sekhon et al. 2018", {
  author: "Sekhon, Arshdeep and Singh, Ritambhara and Qi, Yanjun",
  title: "{DeepDiff}: {DEEP}-learning for predicting {DIFFerential} gene expression from histone modifications",
  journal: "Bioinformatics",
  volume: "34",
  number: "17",
  pages: "i891--i900",
  year: "2018",
  doi: "10.1093/bioinformatics/bty612",
});

/** Basenji. */
export const BASENJI = work("article", "kelley2018sequential", "Kelley et al. 2018", {
  author:
    "Kelley, David R. and Reshef, Yakir A. and Bileschi, Maxwell and Belanger, David and McLean, Cory Y. and " +
    "Snoek, Jasper",
  title: "Sequential regulatory activity prediction across chromosomes with convolutional neural networks",
  journal: "Genome Research",
  volume: "28",
  number: "5",
  pages: "739--750",
  year: "2018",
  doi: "10.1101/gr.227819.117",
});

/** Attention-Basenji; its report's title is that in the repository's README, which gives surnames only. */
export const ATTENTION_BASENJI = work("misc", "angus2018regulatory", "Angus and Eyuboglu 2018", {
  author: "Angus and Eyuboglu",
  title: "Regulatory Activity Prediction with Attention-Based Models",
  year: "2018",
  howpublished: "\\url{https://github.com/seyuboglu/genome-attention}",
});

/** This program, as it names itself: "Regulens 0.1.0". */
export function regulensWork(program: string): Work {
  const version = /\d+\.\d+\.\d+\S*/.exec(program)?.[0] ?? "";
  return work("software", "regulens", program, {
    author: "{Regulens contributors}",
    title: "Regulens: attention models of gene regulation in the browser",
    ...(version ? { version } : {}),
    url: "https://github.com/regulens/regulens",
  });
}

/** The papers behind a model. */
export function worksOf({ family, variant }: { readonly family: string; readonly variant: string }): Work[] {
  if (family === "deep-diff") return [DEEP_DIFF];
  if (family === "basenji")
    return variant.startsWith("attention") || variant.startsWith("exp-") || variant === "standard"
      ? [ATTENTION_BASENJI, BASENJI]
      : [BASENJI];
  if (family === "attentive-chrome")
    return variant === "deep-chrome" ? [DEEP_CHROME, ATTENTIVE_CHROME] : [ATTENTIVE_CHROME, DEEP_CHROME];
  return [];
}
