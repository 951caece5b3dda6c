//! Bundles made here, byte by byte, so that each can be wrong in one way.

use super::Bundle;

/// The CRC-32C, a bit at a time, masked.
pub fn masked_crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 * (crc & 1));
        }
    }
    (!crc).rotate_right(15).wrapping_add(0xa282_ead8)
}

pub fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A field that holds a number.
pub fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

/// A field that holds bytes.
pub fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    [&varint(field << 3 | 2), &varint(value.len() as u64), value].concat()
}

/// A header of one file of data.
pub fn header() -> Vec<u8> {
    [number(1, 1), bytes(3, &number(1, 1))].concat()
}

/// An entry of a tensor of float32.
pub fn entry(shape: &[u64], offset: u64, content: &[u8]) -> Vec<u8> {
    typed_entry(1, shape, offset, content)
}

pub fn typed_entry(kind: u64, shape: &[u64], offset: u64, content: &[u8]) -> Vec<u8> {
    let shape: Vec<u8> = shape.iter().flat_map(|size| bytes(2, &number(1, *size))).collect();
    [
        number(1, kind),
        bytes(2, &shape),
        number(4, offset),
        number(5, content.len() as u64),
        varint(6 << 3 | 5),
        masked_crc(content).to_le_bytes().to_vec(),
    ]
    .concat()
}

/// A block without its trailer: a restart every `interval` keys.
pub fn block(pairs: &[(&[u8], Vec<u8>)], interval: usize) -> Vec<u8> {
    let mut block = Vec::new();
    let mut restarts: Vec<u32> = Vec::new();
    let mut before: &[u8] = &[];
    for (position, (key, value)) in pairs.iter().enumerate() {
        let mut shared = 0;
        if position % interval == 0 {
            restarts.push(block.len() as u32);
        } else {
            shared = key.iter().zip(before).take_while(|(a, b)| a == b).count();
        }
        for size in [shared, key.len() - shared, value.len()] {
            block.extend(varint(size as u64));
        }
        block.extend(&key[shared..]);
        block.extend(value);
        before = key;
    }
    if restarts.is_empty() {
        restarts.push(0);
    }
    let count = restarts.len() as u32;
    for number in restarts.into_iter().chain([count]) {
        block.extend(number.to_le_bytes());
    }
    block
}

/// A table while it is written.
#[derive(Default)]
pub struct Table {
    file: Vec<u8>,
    /// The last key of each block, and its handle.
    blocks: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Table {
    /// Puts a block with a sound checksum; returns its handle.
    pub fn put(&mut self, block: &[u8], kind: u8) -> Vec<u8> {
        let handle = [varint(self.file.len() as u64), varint(block.len() as u64)].concat();
        let start = self.file.len();
        self.file.extend(block);
        self.file.push(kind);
        let crc = masked_crc(&self.file[start..]);
        self.file.extend(crc.to_le_bytes());
        handle
    }

    /// Puts a block of data whose last key is `last`.
    pub fn data(&mut self, last: &[u8], block: &[u8], kind: u8) {
        let handle = self.put(block, kind);
        self.blocks.push((last.to_vec(), handle));
    }

    /// The file, with metaindex, index and footer.
    pub fn finish(mut self) -> Vec<u8> {
        let metaindex = self.put(&block(&[], 1), 0);
        let blocks = std::mem::take(&mut self.blocks);
        let pairs: Vec<(&[u8], Vec<u8>)> = blocks
            .iter()
            .map(|(last, handle)| (last.as_slice(), handle.clone()))
            .collect();
        let index = self.put(&block(&pairs, 1), 0);
        let mut footer = [metaindex, index].concat();
        footer.resize(40, 0);
        footer.extend(0xdb47_7524_8b80_fb57_u64.to_le_bytes());
        [self.file, footer].concat()
    }
}

/// A bundle of entries by name, which come in order, in blocks of `per_block` keys with a restart every second.
pub fn bundle(header: Vec<u8>, entries: &[(&str, Vec<u8>)], data: &[u8], per_block: usize) -> Bundle {
    let mut pairs: Vec<(&[u8], Vec<u8>)> = vec![(b"", header)];
    pairs.extend(entries.iter().map(|(name, entry)| (name.as_bytes(), entry.clone())));
    let mut table = Table::default();
    for pairs in pairs.chunks(per_block) {
        table.data(pairs[pairs.len() - 1].0, &block(pairs, 2), 0);
    }
    Bundle {
        index: table.finish(),
        data: data.to_vec(),
    }
}

/// Little-endian float32.
pub fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
