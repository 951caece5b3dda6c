/** Names of samples by those of their files. */

/** Endings of tables. */
const ENDINGS = /(\.(gz|csv|tsv|txt|tab|prepared|matrix|mat))+$/i;

/** The words of a file's name, without its ending. */
export function wordsOf(file: string): readonly string[] {
  return file
    .replace(ENDINGS, "")
    .split(/[._\- ]+/)
    .filter((word) => word !== "");
}

/**
 * Names of samples, each its own: what is left of a file's name without ending, and without the words that all files
 * begin or end with. `liver` and `heart` of `liver.signal.csv` and `heart.signal.csv`.
 */
export function sampleNames(files: readonly string[]): readonly string[] {
  const stems = files.map((file) => file.replace(ENDINGS, "") || file);
  const words = stems.map((stem) => stem.split(/(?<=[._\- ])/));
  const areAlike = (at: number): boolean => words.every((each) => each.length > 1 && each.at(at) === words[0]!.at(at));
  if (files.length > 1) {
    while (areAlike(0)) for (const each of words) each.shift();
    while (areAlike(-1)) for (const each of words) each.pop();
  }
  const short = words.map((each) => each.join("").replace(/^[._\- ]+|[._\- ]+$/g, ""));
  const areApart = !short.includes("") && new Set(short).size === short.length;
  const taken = new Set<string>();
  return (areApart ? short : stems).map((name) => {
    let own = name;
    for (let copy = 2; taken.has(own); copy++) own = `${name} (${copy})`;
    taken.add(own);
    return own;
  });
}
