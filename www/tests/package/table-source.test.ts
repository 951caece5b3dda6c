import assert from "node:assert/strict";
import { test } from "node:test";
import { openSource } from "../../../pkg/src/io/table";

/** All bytes of a stream. */
const read = async (stream: ReadableStream<Uint8Array>): Promise<Uint8Array> =>
  new Uint8Array(await new Response(stream as unknown as BodyInit).arrayBuffer());

const TEXT = "gene,bin,H3K4me3\nβ-actin,1,2\n";
const BYTES = new TextEncoder().encode(TEXT);

test("a short text, and bytes, are read without a blob, which is another process's in a browser", async (t) => {
  const blobs = t.mock.method(Blob.prototype, "stream");
  for (const [source, name] of [
    [TEXT, "pasted table"],
    [BYTES, "table"],
    ["", "pasted table"],
  ] as const) {
    const opened = await openSource(source, {});
    assert.deepEqual([opened.name, opened.bytes], [name, source === "" ? 0 : BYTES.length]);
    assert.deepEqual(await read(opened.stream), source === "" ? new Uint8Array() : BYTES);
  }
  assert.equal(blobs.mock.callCount(), 0);
  const long = "x".repeat((1 << 20) + 1);
  const { bytes, stream } = await openSource(long, {});
  assert.equal(bytes, long.length);
  assert.equal((await read(stream)).length, long.length);
  assert.equal(blobs.mock.callCount(), 1);
});

test("bytes are read as they were given, whatever becomes of them", async () => {
  const given = BYTES.slice();
  const { stream } = await openSource(given, {});
  given.fill(0);
  assert.deepEqual(await read(stream), BYTES);
});
