import assert from "node:assert/strict";
import { test } from "node:test";

import { inWords, mappings } from "../mappings.mjs";

const SMAPS = `10000000-10a00000 rw-p 00000000 00:00 0
Rss:                9216 kB
Pss:                8192 kB
10a00000-210a00000 ---p 00000000 00:00 0
Pss:                   0 kB
300000000-302000000 rw-p 00000000 00:00 0
Pss:               20480 kB
400000000-400400000 r-xp 00000000 fe:00 17                          /usr/lib/chromium/chromium
Pss:                4096 kB
500000000-500400000 rwxp 00000000 00:00 0
Pss:                2048 kB
600000000-600400000 rw-s 00000000 00:01 9                           /memfd:shared (deleted)
Pss:                1024 kB
`;

test("what a process has is told by kind, and each memory of an engine by itself", () => {
  const found = mappings(SMAPS);
  assert.deepEqual(found.memories, [{ mib: 8, all: 10 }]);
  assert.deepEqual(found.kinds, {
    heap: { mib: 20, large: [20] },
    files: { mib: 4, large: [] },
    code: { mib: 2, large: [] },
    shared: { mib: 1, large: [] },
  });
  assert.equal(inWords(found), "WebAssembly 8 of 10; heap 20 (20); files 4; code 2; shared 1");
});
