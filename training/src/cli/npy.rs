//! NumPy's files of one array.

// Kept by hand: npyz would bring a dozen crates for these ten lines.

use std::io::{self, Write};

/// Writes a matrix [rows, columns] of float32, row-major.
pub fn write(values: &[f32], columns: usize, out: &mut dyn Write) -> io::Result<()> {
    write_array(values, &[values.len() / columns.max(1), columns], out)
}

/// Writes an array of float32 of any shape, row-major.
pub fn write_array(values: &[f32], shape: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
    let sizes = if shape.len() > 1 {
        sizes.trim_end_matches(", ")
    } else {
        sizes.trim_end()
    };
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}), }}");
    // Magic, version and length take ten bytes; the header with its line break is a multiple of 64.
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    header.push_str(&" ".repeat(length - header.len() - 1));
    header.push('\n');
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&(header.len() as u16).to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    for value in values {
        out.write_all(&value.to_le_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_numpys_and_the_values_follow_it() {
        let mut bytes = Vec::new();
        write(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, &mut bytes).unwrap();
        assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
        let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        assert_eq!((10 + length) % 64, 0);
        let header = std::str::from_utf8(&bytes[10..10 + length]).unwrap();
        assert!(header.contains("'shape': (2, 3)") && header.ends_with('\n'));
        assert_eq!(bytes[10 + length..][..4], 1.0_f32.to_le_bytes());
        assert_eq!(bytes.len(), 10 + length + 24);
    }
}
