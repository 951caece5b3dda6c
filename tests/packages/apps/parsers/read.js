/** What a page does that only parses: a table, a sequence, variants, and a table made of a track and an annotation. */

/**
 * @param {typeof import("regulens/parsers")} parsers
 */
export async function read({
  openSignal,
  prepareTable,
  readAnnotation,
  readMeasured,
  readSequences,
  readTable,
  readVariants,
  writeBigWig,
}) {
  const file = async (name) => new File([await (await fetch(`data/${name}`)).blob()], name);
  const table = await readTable(await file("table.csv.gz"));
  const sequences = await readSequences(await file("sequence.fa.gz"));
  const variants = await readVariants(await file("sequence.vcf"));
  // Bin i of chr1 has the value i.
  const bigWig = await writeBigWig(
    { chromosome: "chr1", length: 100_000, start: 0, binSize: 100 },
    Float32Array.from({ length: 1000 }, (_, bin) => bin),
  );
  const track = new File([bigWig], "H3K4me3.bw");
  const measured = await readMeasured(track);
  const annotation = await readAnnotation(
    'chr1\thand\tgene\t20000\t30000\t.\t+\t.\tgene_id "on"; gene_type ' +
      '"protein_coding";\nchr1\thand\tgene\t50001\t60000\t.\t-\t.\tgene_id "off"; gene_type "lncRNA";\n',
    {
      name: "genes.gtf",
      biotypes: ["protein_coding"],
    },
  );
  const prepared = await prepareTable(annotation, { H3K4me3: await openSignal(track) }, { name: "made.csv" });
  const error = await readTable("gene,bin,H3K4me3\na,1,many\n", { name: "bad.csv" }).catch(
    ({ name, code, file, line, column, remedy }) => ({ name, code, file, line, column, remedy }),
  );
  return {
    genes: table.genes.length,
    marks: table.marks,
    values: [...table.values(0, 1)],
    bases: sequences.records[0].length,
    variants: variants.length,
    measured: [...measured.bins("chr1", 1000, 3, 100, "mean")],
    prepared: {
      genes: prepared.genes,
      marks: prepared.marks,
      values: [...prepared.table().values(0, 1)],
      text: (await prepared.file("plain").text()).split("\n").slice(1, 3),
    },
    error,
  };
}
