/** Files in other forms, for benches/cold_start.mjs. */

/** One file after the other. */
export function joined(...files) {
  return Buffer.concat(files);
}

/**
 * In the page: takes a stream of two files apart as it comes, of which the first has `length` bytes. Gives a response
 * of each.
 *
 * @param {ReadableStream<Uint8Array>} body
 */
export function cut(body, length) {
  const reader = body.getReader();
  let left = length;
  let ended;
  const rest = new Promise((resolve) => (ended = resolve));
  const first = new ReadableStream({
    async pull(controller) {
      const { value } = await reader.read();
      controller.enqueue(value.subarray(0, left));
      const over = value.subarray(left);
      left -= Math.min(left, value.length);
      if (left > 0) return;
      controller.close();
      const chunks = [over];
      for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
      ended(chunks);
    },
  });
  const second = new ReadableStream({
    async start(controller) {
      for (const chunk of await rest) controller.enqueue(chunk);
      controller.close();
    },
  });
  return [new Response(first, { headers: { "content-type": "application/wasm" } }), new Response(second)];
}

/** A number as WebAssembly has it, seven bits a byte. */
function leb128(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return Buffer.from(bytes);
}

/** A WebAssembly file with another one in a custom section at its end. */
export function withSection(code, name, bytes) {
  const named = Buffer.concat([leb128(name.length), Buffer.from(name)]);
  return Buffer.concat([code, Buffer.of(0), leb128(named.length + bytes.length), named, bytes]);
}

/** The entries of a card that say what a model needs to predict, or that may not be left out. */
const NEEDED = new Set(
  (
    "format_version name task family variant hyperparameters marks bins bin_size strand transform dtype parameters " +
    "input_distribution simulated citation notes"
  ).split(" "),
);

/** A model file whose card has nothing that may be left out. */
export function withoutDetails(file) {
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + length).toString());
  const card = JSON.parse(header.__metadata__["regulens.card"]);
  const short = Object.fromEntries(Object.entries(card).filter(([name]) => NEEDED.has(name)));
  header.__metadata__["regulens.card"] = JSON.stringify({ ...short, input_distribution: [], notes: [] });
  const text = JSON.stringify(header);
  const written = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(written.length));
  return Buffer.concat([size, written, file.subarray(8 + length)]);
}

/**
 * An engine's JavaScript of which the card's task and the card itself are read by `JSON.parse` from the header that
 * `modelTask` gets: the package asks for it before it opens the model.
 */
export function json(script) {
  const local = (name) => {
    const [, found] = new RegExp(`([\\w$]+) as ${name}[,}]`).exec(script) ?? [];
    if (!found) throw new Error(`the engine's script exports no ${name}`);
    return found;
  };
  const task = local("modelTask");
  return `${script.replace(`${task} as modelTask`, "taskOfJson as modelTask")}
let cardOfJson;
function taskOfJson(bytes) {
  cardOfJson = JSON.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(8))).__metadata__["regulens.card"]);
  return cardOfJson.task;
}
Object.defineProperty(${local("Model")}.prototype, "card", { get: () => cardOfJson });
`;
}
