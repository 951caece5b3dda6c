/** Channels [L, 4] of codes, or [4, L] where `channelsFirst`: 0 to 3 are A, C, G and T, 4 is ¼ of each. */
export function channels(codes, channelsFirst) {
  const values = new Float32Array(4 * codes.length);
  const at = channelsFirst
    ? (position, base) => base * codes.length + position
    : (position, base) => position * 4 + base;
  codes.forEach((code, position) => {
    if (code < 4) values[at(position, code)] = 1;
    else for (let base = 0; base < 4; base++) values[at(position, base)] = 0.25;
  });
  return values;
}
