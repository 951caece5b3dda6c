//! The kernels of the block that reads bases.

use cubecl::prelude::*;

use super::block::{LANES, STRANDS, Tile};

/// Number of bases of a table row.
pub const WORD: usize = 3;

/// Codes: A, C, G, T, unknown, and outside the sequence.
pub const CODES: usize = 6;

/// Words of [`WORD`] codes.
pub const WORDS: usize = CODES * CODES * CODES;

/// The contribution of each word to the sum of each [`WORD`] taps of the filters. One thread per value.
///
/// ```text
/// kernel [K, 4, F]   table [⌈K / 3⌉, 216, F]      word (a, b, c) is 36 a + 6 b + c
/// ```
#[cube(launch_unchecked)]
pub fn table(kernel: &[f32], table: &mut [f32], values: u32, width: u32, filters: u32) {
    let at = (CUBE_POS_X + CUBE_POS_Y * CUBE_COUNT_X) * CUBE_DIM_X + UNIT_POS_X;
    if at < values {
        let filter = at % filters;
        let word = at / filters % comptime!(WORDS as u32);
        let first_tap = at / filters / comptime!(WORDS as u32) * comptime!(WORD as u32);
        let mut sum = 0.0f32;
        #[unroll]
        for offset in 0..comptime!(WORD as u32) {
            let code = word / comptime!(place(offset)) % comptime!(CODES as u32);
            let tap = first_tap + offset;
            if tap < width {
                let row = tap * 4 * filters + filter;
                if code < 4 {
                    sum += kernel[(row + code * filters) as usize];
                }
                if code == 4 {
                    let mut all = 0.0f32;
                    for base in 0..4u32 {
                        all += kernel[(row + base * filters) as usize];
                    }
                    sum += 0.25f32 * all;
                }
            }
        }
        table[at as usize] = sum;
    }
}

/// Place value of the digit `offset` of a word.
fn place(offset: u32) -> u32 {
    (CODES as u32).pow(WORD as u32 - 1 - offset)
}

/// Sums of table rows, and pooling, in one launch; threads as in [`block`](super::block::block).
///
/// ```text
/// codes [N, L]   table [⌈K / 3⌉, 216, F]   bias [F]   y [N, L / pool, F]
/// ```
#[cube(launch_unchecked)]
pub fn first_block(
    codes: &[f32],
    table: &[f32],
    bias: &[f32],
    y: &mut [f32],
    length: u32,
    filters: u32,
    left: u32,
    #[comptime] words: usize,
    #[comptime] tile: Tile,
) {
    let positions = comptime!(tile.positions);
    let columns = comptime!(tile.filters);
    let pool = comptime!(tile.pool);
    // First positions of words, and of their codes.
    let starts = comptime!(tile.positions + WORD * (words - 1));
    let read = comptime!(starts + WORD - 1);
    let lanes = comptime!(LANES as u32);

    let length = length as usize;
    let filters = filters as usize;
    let left = left as usize;
    let example = CUBE_POS_Z as usize;
    let strand = (CUBE_POS_X * comptime!(STRANDS as u32) + UNIT_POS_X / lanes) as usize;
    let first_position = strand * positions;
    let first_filter = (CUBE_POS_Y * comptime!((LANES * tile.filters) as u32) + UNIT_POS_X % lanes) as usize;

    let mut code = Array::<usize>::new(read);
    #[unroll]
    for j in 0..read {
        let at = first_position + j;
        let inside = at >= left && at < length + left;
        let found = codes[example * length + select(inside, at - left, 0)];
        code[j] = select(inside, found as usize, comptime!(CODES - 1));
    }
    let mut row = Array::<usize>::new(starts);
    #[unroll]
    for j in 0..starts {
        row[j] = ((code[j] * comptime!(CODES) + code[j + 1]) * comptime!(CODES) + code[j + 2])
            .min(comptime!(WORDS - 1))
            * filters;
    }

    let pooled = length / pool;
    #[unroll]
    for r in 0..columns {
        let column = first_filter + r * comptime!(LANES);
        let filter = column.min(filters - 1);
        let start = bias[filter];
        #[unroll]
        for group in 0..comptime!(tile.positions / tile.pool) {
            let mut best = f32::new(-3.0e38f32);
            #[unroll]
            for offset in 0..pool {
                let mut sum = start;
                #[unroll]
                for word in 0..words {
                    let at = comptime!(word * WORDS) * filters + filter;
                    sum += table[at + row[group * pool + offset + word * comptime!(WORD)]];
                }
                best = best.max(sum);
            }
            let at = first_position / pool + group;
            if column < filters && at < pooled {
                y[(example * pooled + at) * filters + column] = best;
            }
        }
    }
}
