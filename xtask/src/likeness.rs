//! Puts the functions of a WebAssembly module in an order in which like ones stand near each other, for gzip: it finds
//! a repetition only within the last 32 KiB.

use crate::command::Outcome;

/// Bytes that count as a repetition if two functions share them. Of 4 to 8, 6 makes the smallest file; 4 and 8 together
/// gain 0.6 kB more, and take twice as long.
const SHARED: usize = 6;

/// Bytes that more functions than this share say nothing of them. Above 250 the file gets no smaller.
const MOST: usize = 300;

/// Repetitions are looked for in the last so many bytes, and count so much: in gzip's window, and where it spells them
/// with fewer bits.
const REACHES: [(usize, u64); 2] = [(32_768, 5), (4_096, 3)];

/// Added to the repetitions that a function may have. Without it the smallest functions, which fit in anywhere, would
/// come first.
const SMALL: u64 = 60;

/// Gives `module` names by which `wasm-opt --reorder-functions-by-name` puts its functions in that order. Names that it
/// had are lost.
pub fn name_by_likeness(module: &[u8]) -> Outcome<Vec<u8>> {
    let parsed = Module::parse(module).ok_or("not a WebAssembly module that imports nothing but functions")?;
    let mut names = Vec::new();
    let order = order(&parsed.bodies);
    number(&mut names, order.len());
    let mut places = vec![0; order.len()];
    for (place, function) in order.into_iter().enumerate() {
        places[function] = place;
    }
    for (function, place) in places.into_iter().enumerate() {
        number(&mut names, parsed.imported + function);
        let name = format!("{place:06}");
        number(&mut names, name.len());
        names.extend(name.as_bytes());
    }
    let mut section = b"\x04name\x01".to_vec();
    number(&mut section, names.len());
    section.extend(names);
    let mut named = parsed.rest;
    named.push(CUSTOM);
    number(&mut named, section.len());
    named.extend(section);
    Ok(named)
}

/// The functions, each by its number, in their new order: next comes whichever has the largest part of its bytes within
/// reach.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let (sharers, shared) = sharers(bodies);
    // For each function, how much of it is within reach, and how much could be.
    let mut near = vec![0u64; bodies.len()];
    let could: Vec<u64> = shared.iter().map(|shared| shared.len() as u64 + SMALL).collect();
    let mut within = REACHES.map(|_| vec![0u32; sharers.len()]);
    let mut oldest = REACHES.map(|_| (0, 0));
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    while !left.is_empty() {
        let mut best = 0;
        for (candidate, &function) in left.iter().enumerate().skip(1) {
            let than = left[best];
            if near[function] * could[than] > near[than] * could[function] {
                best = candidate;
            }
        }
        let next = left.remove(best);
        order.push(next);
        for (((reach, weight), within), (first, bytes)) in REACHES.into_iter().zip(&mut within).zip(&mut oldest) {
            for &piece in &shared[next] {
                if within[piece] == 0 {
                    sharers[piece].iter().for_each(|&function| near[function] += weight);
                }
                within[piece] += 1;
            }
            *bytes += bodies[next].len();
            while *bytes > reach && order[*first] != next {
                let gone = order[*first];
                *bytes -= bodies[gone].len();
                *first += 1;
                for &piece in &shared[gone] {
                    within[piece] -= 1;
                    if within[piece] == 0 {
                        sharers[piece].iter().for_each(|&function| near[function] -= weight);
                    }
                }
            }
        }
    }
    order
}

/// The functions that have each piece of [`SHARED`] bytes, if they are more than one, and the pieces that each function
/// has.
fn sharers(bodies: &[&[u8]]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut pieces: Vec<([u8; SHARED], usize)> = Vec::new();
    for (function, body) in bodies.iter().enumerate() {
        pieces.extend(
            body.windows(SHARED)
                .map(|piece| (piece.try_into().expect("as many bytes"), function)),
        );
    }
    pieces.sort_unstable();
    pieces.dedup();
    let mut sharers = Vec::new();
    let mut shared = vec![Vec::new(); bodies.len()];
    for same in pieces.chunk_by(|one, other| one.0 == other.0) {
        if (2..=MOST).contains(&same.len()) {
            same.iter()
                .for_each(|&(_, function)| shared[function].push(sharers.len()));
            sharers.push(same.iter().map(|&(_, function)| function).collect());
        }
    }
    (sharers, shared)
}

/// The sections' numbers in the format.
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;

/// A module's parts.
struct Module<'a> {
    /// The functions that it imports; its own are numbered from there.
    imported: usize,
    /// Its own functions.
    bodies: Vec<&'a [u8]>,
    /// All of it but names.
    rest: Vec<u8>,
}

impl<'a> Module<'a> {
    fn parse(module: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(module);
        let mut parsed = Self {
            imported: 0,
            bodies: Vec::new(),
            rest: reader.bytes(8)?.to_vec(),
        };
        (parsed.rest.starts_with(b"\0asm")).then_some(())?;
        while !reader.0.is_empty() {
            let start = reader.0;
            let kind = reader.bytes(1)?[0];
            let mut section = Reader(reader.counted()?);
            match kind {
                CUSTOM if Reader(section.0).counted()? == b"name" => continue,
                IMPORTS => {
                    parsed.imported = section.number()?;
                    for _ in 0..parsed.imported {
                        // Its module, its name, that it is a function, and its type.
                        section.counted()?;
                        section.counted()?;
                        (section.bytes(1)? == [0]).then_some(())?;
                        section.number()?;
                    }
                }
                CODE => {
                    for _ in 0..section.number()? {
                        parsed.bodies.push(section.counted()?);
                    }
                }
                _ => {}
            }
            parsed.rest.extend(&start[..start.len() - reader.0.len()]);
        }
        Some(parsed)
    }
}

/// Bytes that are read from their start.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number, seven bits to a byte.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0u32;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = self.bytes(1)?[0];
            number |= u32::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number as usize);
            }
        }
        None
    }

    /// As many bytes as the number before them says.
    fn counted(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.bytes(count)
    }
}

/// Appends `number`, seven bits to a byte.
fn number(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one imported function, a section that is no name, and functions of these bodies, whose indices
    /// are their names.
    fn module(bodies: &[&[u8]]) -> Vec<u8> {
        let mut code = Vec::new();
        number(&mut code, bodies.len());
        for body in bodies {
            number(&mut code, body.len());
            code.extend(*body);
        }
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (kind, section) in [
            (IMPORTS, &b"\x01\x01m\x01f\0\0"[..]),
            (CODE, &code),
            (CUSTOM, b"\x05other"),
        ] {
            module.push(kind);
            number(&mut module, section.len());
            module.extend(section);
        }
        module
    }

    /// Bytes without repetitions, by a congruence from `seed`.
    fn noise(mut seed: u32, length: usize) -> Vec<u8> {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn functions_that_share_most_bytes_come_next_to_each_other() {
        let [a, b, c] = [1, 2, 3].map(|seed| noise(seed, 300));
        let half = [&a[..150], &noise(4, 150)].concat();
        assert_eq!(order(&[&a, &b, &c, &half, &b, &a]), [0, 5, 3, 1, 4, 2]);
    }

    #[test]
    fn functions_are_alike_only_within_the_reach_of_gzip() {
        // Each has half of the one before it. Then come two that are alike, one of which has a part of the first, and
        // one a smaller part of the last.
        let order = |count: u32| {
            let halves: Vec<Vec<u8>> = (0..=count).map(|seed| noise(seed, 1000)).collect();
            let mut bodies: Vec<Vec<u8>> = halves.windows(2).map(<[Vec<u8>]>::concat).collect();
            let common = noise(count + 1, 1200);
            for (half, part) in [(&halves[0], 800), (&halves[count as usize], 200)] {
                bodies.push([&common, &half[..part]].concat());
            }
            order(&bodies.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        assert_eq!(order(10), (0..12).collect::<Vec<_>>());
        assert_eq!(order(20), (0..20).chain([21, 20]).collect::<Vec<_>>());
    }

    #[test]
    fn each_function_is_named_by_its_place() {
        let [a, b] = [1, 2].map(|seed| noise(seed, 200));
        let module = module(&[&a, &b, &a]);
        let named = name_by_likeness(&module).expect("a module");
        // Function 0 is the imported one.
        let names = b"\x00\x20\x04name\x01\x19\x03\x01\x06000000\x02\x06000002\x03\x06000001";
        assert_eq!(named.strip_prefix(&module[..]), Some(&names[..]));
        // Names that were there go.
        assert_eq!(name_by_likeness(&named), Ok(named));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        let module = module(&[&noise(1, 200)]);
        for broken in [
            &b""[..],
            b"\0asm",
            b"<html></html>",
            &module[..module.len() - 1],
            &module[..100],
        ] {
            assert!(name_by_likeness(broken).is_err(), "{broken:?}");
        }
    }
}
