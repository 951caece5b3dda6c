/** Regulens as its package is used: letters in, all tracks out, one window on as many workers as are asked for. */

/** @param {{ model: string, entry: string, workers: number }} options where the package's module lies */
export async function open({ model, entry, workers }) {
  const { Regulens } = await import(new URL(entry, document.baseURI));
  const loaded = await Regulens.load(new URL(model, document.baseURI).href, { device: "cpu", workers });
  return {
    facts: () => ({}),
    async prepare(codes) {
      const sequences = await loaded.readSequences(
        `>sequence\n${Array.from(codes, (code) => "ACGTN"[code]).join("")}\n`,
      );
      return async () => (await loaded.predict(sequences, 0)).values;
    },
  };
}
