//! CRC-32C (Castagnoli), masked as LevelDB and TensorFlow store it.

/// Constant added by the mask.
const MASK: u32 = 0xa282_ead8;

/// The masked CRC-32C of `bytes`: rotated, so that the checksum of data that contain checksums is not trivial.
pub fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(MASK)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmasked(bytes: &[u8]) -> u32 {
        masked(bytes).wrapping_sub(MASK).rotate_left(15)
    }

    #[test]
    fn the_checksums_are_those_of_rfc_3720() {
        let ascending: Vec<u8> = (0..32).collect();
        let descending: Vec<u8> = (0..32).rev().collect();
        assert_eq!(unmasked(&[0; 32]), 0x8a91_36aa);
        assert_eq!(unmasked(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(unmasked(&ascending), 0x46dd_794e);
        assert_eq!(unmasked(&descending), 0x113f_db5c);
        assert_eq!(unmasked(b"123456789"), 0xe306_9283);
        assert_eq!(unmasked(b""), 0);
    }
}
