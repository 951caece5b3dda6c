//! Tables of signal, and what is known of genes.

use regulens::input::{Expression, InputError, SignalTable, TableReader};
use regulens_fuzz::target;

use crate::{place, texts, wraps};

fn read(bytes: &[u8], size: usize) -> Result<SignalTable, InputError> {
    let mut reader = TableReader::new("table");
    for piece in bytes.chunks(size) {
        reader.push(piece)?;
    }
    reader.finish()
}

/// In pieces of any size it is what it is as a whole, or something is wrong in the same place.
pub fn tables(bytes: &[u8]) {
    let whole = read(bytes, bytes.len().max(1)).map_err(|error| place(&error));
    for size in [1, 7, 64] {
        let pieces = read(bytes, size).map_err(|error| place(&error));
        match (&whole, &pieces) {
            (Ok(whole), Ok(pieces)) => assert!(
                whole.genes == pieces.genes
                    && whole.marks == pieces.marks
                    && whole
                        .values
                        .iter()
                        .map(|value| value.to_bits())
                        .eq(pieces.values.iter().map(|value| value.to_bits())),
                "another table in pieces of {size}"
            ),
            // In a damaged gzip file the checksum may be wrong, and text before it as well: whichever is met first.
            (Err(_), Err(_)) if bytes.starts_with(&[0x1f, 0x8b]) => {}
            (Err(whole), Err(pieces)) => assert_eq!(whole, pieces, "in pieces of {size}"),
            _ => panic!(
                "as a whole {:?}, in pieces of {size} {:?}",
                whole.is_ok(),
                pieces.is_ok()
            ),
        }
    }
}

fn table_files() -> Vec<Vec<u8>> {
    let mut files = texts(&[
        "gene,bin,H3K4me3,H3K27ac\nA,1,0,1.5\nA,2,3,4e-3\nB,1,0.25,6\nB,2,7,-0\n",
        "# a remark\n\"gene\"\tbin\tH3K4me3\n\"A\"\"b\"\t1\t2\nA\"b\t2\t3\n",
        "gene;bin;H3K4me3\nA;1;0,5\nA;2;1,25\n",
        "A_1,1,2,3,0\nA_2,2,3,4,0\nB_1,1,2,3,1\nB_2,5,6,7,1\n",
        "@{\"verbose\":true,\"scale\":1,\"upstream\":[200],\"downstream\":[200],\"bin size\":[100],\"body\":[0],\
         \"sample_labels\":[\"H3K4me3\",\"H3K27ac\"],\"group_labels\":[\"genes\"],\"sample_boundaries\":[0,4,8],\
         \"group_boundaries\":[0,2],\"ref point\":[\"TSS\"]}\n\
         chr1\t100\t200\tA\t.\t+\t1\t2\t3\t4\t5\t6\t7\t8\nchr1\t300\t400\tB\t.\t-\t1\t2\tnan\t4\t5\t6\t7\t8\n",
    ]);
    let wide: Vec<u8> = "gene,bin,H3K4me3\nA,1,0\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    files.push([&[0xff, 0xfe], wide.as_slice()].concat());
    files
}

target!(table, table_files(), wraps::gzip(), tables);

target!(
    expression,
    texts(&[
        "gene,expression\nA,1\nB,25\nC,0\n",
        "A\t1\nB\t0\nC\t1\n",
        "gene_id\tTPM\nENSG1.2\t1e3\nENSG2.1\t0.5\n",
    ]),
    wraps::gzip(),
    |bytes| {
        if let Ok(read) = Expression::read("expression.csv", bytes) {
            let _ = (read.on_from(), read.is_labels(), read.counts().count());
        }
    }
);
