//! Files that are made to claim much: few bytes that stand for many entries, long texts that are repeated by reference,
//! numbers that are almost none. What can be read is used: fetched, placed, scored, predicted from.

use std::sync::{LazyLock, Mutex};

use regulens::engine::{DeviceKind, Engine, SelfTest, TrackEngine};
use regulens::interpret::motifs::{Background, ScoredMotif};
use regulens::sequence::Fasta;
use regulens::sequence::motifs::MotifFile;
use regulens::sequence::vcf::Vcf;
use regulens::weights::WeightFile;
use regulens_fuzz::{TAPES_OF_CLAIMS, target};

use crate::models::{bundle, shipped, shipping};
use crate::signal_files as made;
use crate::signals::{intervals, measured, windows};
use crate::tensorflow::made as bundles;
use crate::{texts, wraps};

target!(
    bigwig_claims,
    made::bigwigs_with_overlapping_nodes(&made::bigwig_with(&[("chr1", 1_000, &intervals())], true, false), 6_000)
        .to_vec(),
    wraps::plain,
    |bytes| {
        windows(bytes, None);
        measured(bytes);
    }
);

/// The header of a BAM file with so many chromosomes, each of these bytes, and in BGZF a few kilobytes.
fn chromosomes(bytes: Vec<u8>) -> Vec<u8> {
    const COUNT: u32 = 40_000;
    let mut plain = b"BAM\x01\0\0\0\0".to_vec();
    plain.extend(COUNT.to_le_bytes());
    plain.extend(bytes.repeat(COUNT as usize));
    wraps::bgzf(plain)
}

target!(
    bam_claims,
    vec![
        vec![1, 0, 0, 0, 0, 10, 0, 0, 0],
        vec![3, 0, 0, 0, b'c', b'h', 0, 10, 0, 0, 0]
    ],
    chromosomes,
    |bytes| windows(bytes, None),
    TAPES_OF_CLAIMS
);

/// Each `~` as a thousand bases, and each `,` a hundred alternatives.
fn alternatives(bytes: Vec<u8>) -> Vec<u8> {
    let mut long = Vec::new();
    for byte in bytes {
        match byte {
            b'~' => long.extend(b"ACGTACGTAC".repeat(100)),
            b',' => long.extend(b",C".repeat(100)),
            _ => long.push(byte),
        }
    }
    long
}

target!(
    vcf_claims,
    texts(&[
        "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t1\t.\t~~~\tA,C,C,C,C,C\t.\t.\t.\n",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t1\t.\t~\tA,C\t.\t.\t.\nchr1\t1\t.\t~~\tA,C\t.\t.\t.\n",
        // Copied for each alternative, it would be 200 MB.
        &format!(
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t1\t.\t{}\tA{}\t.\t.\t.\n",
            "~".repeat(20),
            ",".repeat(100)
        ),
        // As a list, half a million alternatives would be 60 MB, and as variants as much again.
        &format!(
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t1\t.\tA\tA{}\t.\t.\t.\n",
            ",".repeat(5_000)
        ),
    ]),
    alternatives,
    |bytes| {
        // Read once: what it holds is none of the variants'.
        static GENOME: LazyLock<Mutex<Fasta>> = LazyLock::new(|| {
            let genome = [b">chr1\n".as_slice(), &b"ACGTACGTAC".repeat(2_000)].concat();
            Mutex::new(Fasta::read("genome.fa", &genome).expect("a sound genome"))
        });
        let mut genome = GENOME.lock().expect("one thread");
        if let Ok(vcf) = Vcf::read("variants.vcf", bytes) {
            let _ = vcf.place(&mut *genome);
        }
    },
    TAPES_OF_CLAIMS
);

/// Each `P` a row of a matrix, sixty of them.
fn rows(bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes);
    text.replace('P', &" 0.7 0.1 0.1 0.1\n".repeat(60)).into_bytes()
}

target!(
    motif_claims,
    texts(&[
        "MEME version 4\n\nALPHABET= ACGT\n\nBackground letter frequencies\nA 1e-310 C 0.4 G 0.3 T 0.3\n\n\
         MOTIF one\nletter-probability matrix: alength= 4 w= 60 nsites= 20\nP\n",
        "MEME version 4\n\nALPHABET= ACGT\n\nBackground letter frequencies\nA 1e-4 C 1e-4 G 0.4999 T 0.4999\n\n\
         MOTIF one\nletter-probability matrix: alength= 4 w= 60 nsites= 20\nP\n",
    ]),
    rows,
    |bytes| {
        let Ok(file) = MotifFile::read("motifs.meme", bytes) else {
            return;
        };
        for background in [Background::stated(&file), Background::of(&[0, 1, 2, 3])] {
            for scored in ScoredMotif::all(&file, background) {
                let _ = scored.best_strand(&vec![0; scored.width()]);
            }
        }
    },
    TAPES_OF_CLAIMS
);

/// Predictions of a model that was read are numbers, or there is an error.
fn predicts(bytes: &[u8]) {
    let Ok(file) = WeightFile::read("m.safetensors", bytes) else {
        return;
    };
    let device = DeviceKind::Cpu.open().expect("a processor");
    if file.card.takes_sequences() {
        let Ok(engine) = TrackEngine::new(file, &device) else {
            return;
        };
        if let Ok(batch) = pollster::block_on(engine.answer(&engine.self_test())) {
            assert!(batch.prediction.iter().all(|value| value.is_finite()));
        }
        return;
    }
    let Ok(engine) = Engine::new(file, &device) else {
        return;
    };
    // Larger ones take their time, and no more memory than they say.
    if engine.card().bins * engine.card().marks.len() > 1_000 {
        return;
    }
    let case = SelfTest::of(engine.card());
    if let Ok(batch) = pollster::block_on(engine.predict_batch(&case.values, case.genes)) {
        assert!(
            batch
                .logit
                .iter()
                .chain(&batch.probability)
                .all(|value| value.is_finite())
        );
    }
}

/// A model that ships in float16, the first value of one of whose tensors has other bits.
fn with_weight(model: &str, tensor: &str, bits: u16) -> Vec<u8> {
    let mut file = shipping(model);
    let length = file.first_chunk().copied().map_or(0, u64::from_le_bytes) as usize;
    let header = String::from_utf8(file[8..8 + length].to_vec()).expect("JSON");
    let entry = header.split_once(&format!("\"{tensor}\":{{\"dtype\":\"F16\""));
    let (_, places) = entry
        .and_then(|(_, entry)| entry.split_once("\"data_offsets\":["))
        .expect("a tensor");
    let first: usize = places
        .split(',')
        .next()
        .and_then(|first| first.parse().ok())
        .expect("its place");
    file[8 + length + first..][..2].copy_from_slice(&bits.to_le_bytes());
    file
}

/// The index of a bundle with many long names, which repeat the first by reference, a few bytes each; the entry of
/// every one is these bytes.
fn shared_names(entry: Vec<u8>) -> Vec<u8> {
    const LONG: usize = 20_000;
    const NAMES: u32 = 6_000;
    let mut block = Vec::new();
    let mut put = |shared: usize, rest: &[u8], value: &[u8]| {
        for size in [shared, rest.len(), value.len()] {
            block.extend(bundles::varint(size as u64));
        }
        block.extend(rest);
        block.extend(value);
    };
    put(0, &[], &bundles::header());
    let first = [vec![b'a'; LONG], b"00000".to_vec()].concat();
    put(0, &first, &entry);
    for name in 1..NAMES {
        put(LONG, format!("{name:05}").as_bytes(), &entry);
    }
    // One place from which names are read, and that there is one.
    block.extend([0, 1].map(u32::to_le_bytes).concat());
    let mut table = bundles::Table::default();
    table.data(&first, &block, 0);
    table.finish()
}

target!(
    tensorflow_claims,
    vec![bundles::entry(&[1], 0, &bundles::floats(&[1.0]))],
    shared_names,
    |bytes| bundle(bytes, &bundles::floats(&[1.0])),
    TAPES_OF_CLAIMS
);

/// The smallest model of sequences that ships.
const SMALL: &str = "basenji-standard-yeast-atac";

// A variance below zero has no root, and what is no number, or no finite one, is no weight.
target!(
    model_predicts,
    vec![
        shipped(),
        with_weight(SMALL, "cnn0/batch_normalization/moving_variance", 0xbc00),
        with_weight(SMALL, "cnn0/batch_normalization/beta", 0x7e00),
        with_weight(SMALL, "cnn0/batch_normalization/gamma", 0x7c00),
    ],
    wraps::plain,
    predicts
);
