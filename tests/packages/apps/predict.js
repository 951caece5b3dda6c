/** What every app does with the package: the same model on the same table, and a picture of a gene. */

/**
 * @param {typeof import("regulens")} engine
 * @param {typeof import("regulens/plots")} plots
 * @param {string} model an address, or a path
 * @param {Uint8Array} table
 */
export async function predict({ Regulens }, { geneTracks, light }, model, table) {
  const lens = await Regulens.load(model, { device: "cpu", workers: 2 });
  const read = await lens.readTable(table, { name: "table.csv.gz" });
  const { genes, probability, alpha, beta, rows, auroc, device } = await lens.predict(read);
  const { marks, bins, bin_size } = lens.card;
  const prepared = lens.prepare(read);
  const window = rows.length * bins;
  const picture = geneTracks({
    ...{ gene: genes[0], marks, rows, binSize: bin_size, width: 640, theme: light },
    ...{ signal: prepared.values(0, 1), alpha: alpha.slice(0, window), probability: probability[0] },
  });
  prepared.free();
  read.free();
  lens.free();
  return {
    genes: [...genes],
    probability: [...probability],
    alpha: [...alpha.slice(0, 10 * window)],
    beta: [...beta],
    auroc,
    device,
    picture,
  };
}
