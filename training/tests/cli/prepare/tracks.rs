//! `regulens prepare tracks` and `regulens baseline basenji`.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use hdf5_pure::{Datatype, DatatypeByteOrder, EnumTypeBuilder, FileBuilder, FixedPointLayout, FloatingPointLayout};
use serde_json::Value;

use crate::prepare::made;
use crate::support::reference::reference;
use crate::support::setup::{Folder, Outcome, run};
use crate::tracks::regions::made::two_bit;

/// Bases that look random and are the same each time.
fn dna(length: usize, seed: u64) -> String {
    let mut state = seed;
    let mut base = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(b"ACGT"[(state >> 40) as usize % 4])
    };
    (0..length).map(|_| base()).collect()
}

/// chrI of 1,000 bp, chrII of 605 and chrM of 300.
fn fasta(folder: &Folder) -> PathBuf {
    let text = format!(
        ">chrI\n{}\n>chrII\n{}nnn\n>chrM\n{}\n",
        dna(1_000, 1),
        dna(602, 2),
        dna(300, 3)
    );
    folder.write("genome.fa.gz", made::gzip(text.as_bytes()))
}

const BINS: [&str; 6] = ["--bin-size", "10", "--length", "80", "--buffer", "20"];

/// Runs `prepare tracks` into the folder `data`.
fn prepare(folder: &Folder, arguments: &[&dyn AsRef<OsStr>]) -> Outcome {
    let mut all: Vec<OsString> = ["prepare", "tracks", "--out"].map(OsString::from).to_vec();
    all.push(folder.path("data").into());
    all.extend(BINS.map(OsString::from));
    all.extend(arguments.iter().map(|one| one.as_ref().to_owned()));
    run(all)
}

fn track(name: &str, file: &Path, settings: &str) -> OsString {
    let mut text = OsString::from(format!("{name}="));
    text.push(file);
    text.push(settings);
    text
}

/// A prepared folder as a test sees it.
struct Prepared {
    json: Value,
    sequences: Vec<u8>,
    targets: Vec<f32>,
    mask: Vec<u8>,
}

impl Prepared {
    fn read(folder: &Folder) -> Self {
        let read = |name: &str| fs::read(folder.path("data").join(name)).unwrap();
        let targets = read("targets.f32");
        Self {
            json: serde_json::from_slice(&read("dataset.json")).unwrap(),
            sequences: read("sequences.u8"),
            targets: targets
                .chunks_exact(4)
                .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
                .collect(),
            mask: read("mask.u8"),
        }
    }

    fn windows(&self, split: &str) -> Vec<[u64; 2]> {
        let pairs = self.json["windows"][split].as_array().unwrap();
        let number = |value: &Value| value.as_u64().unwrap();
        pairs.iter().map(|pair| [number(&pair[0]), number(&pair[1])]).collect()
    }

    fn tracks(&self) -> usize {
        self.json["tracks"].as_array().unwrap().len()
    }
}

#[test]
fn a_genome_as_2bit_becomes_what_its_fasta_becomes() {
    let folders = [Folder::new(), Folder::new()];
    let sequences = [
        ("chrI", dna(1_000, 1)),
        ("chrII", format!("{}nnn", dna(602, 2))),
        ("chrM", dna(300, 3)),
    ];
    let letters = sequences.map(|(name, letters)| (name.to_owned(), letters.into_bytes()));
    let genomes = [
        fasta(&folders[0]),
        folders[1].write("genome.2bit", two_bit(&letters, false, 0)),
    ];
    let [one, other] = [0, 1].map(|at| {
        let folder = &folders[at];
        let graph = folder.write("b.bedgraph", "chrI\t15\t35\t0.5\nchrII\t600\t605\t9\nchrM\t0\t300\t1\n");
        let split = ["--train", "chrI", "--valid", "chrII", "--test", "chrM"].map(OsString::from);
        let mut arguments: Vec<&dyn AsRef<OsStr>> = vec![&"--fasta", &genomes[at], &"--track"];
        let track = track("ATAC", &graph, "");
        arguments.push(&track);
        arguments.extend(split.iter().map(|one| one as &dyn AsRef<OsStr>));
        prepare(folder, &arguments).succeeds();
        Prepared::read(folder)
    });
    assert!(one.sequences == other.sequences && one.targets == other.targets && one.mask == other.mask);
    for field in ["sequences", "windows"] {
        assert_eq!(one.json[field], other.json[field]);
    }
}

#[test]
fn a_genome_and_signal_of_every_kind_become_windows_of_three_splits() {
    let folder = Folder::new();
    let fasta = fasta(&folder);
    let first: Vec<_> = (0..50).map(|at| (at * 20, at * 20 + 5, at as f32)).collect();
    let bigwig = folder.write(
        "a.bw",
        made::bigwig(&[("I", 1_000, &first), ("II", 605, &[(0, 605, 1.0)]), ("III", 9, &[])]),
    );
    let graph = folder.write("b.bedgraph.gz", made::gzip(b"chrI\t15\t35\t0.5\nchrII\t600\t605\t9\n"));
    let rows: String = (0..90)
        .map(|at| format!("chrI\t{}\t{}\n", at * 11, at * 11 + 17))
        .chain((0..50).map(|at| format!("chrII\t{}\t{}\n", at * 11, at * 11 + 30)))
        .chain(["chrM\t0\t10\n".to_owned()])
        .collect();
    let fragments = folder.write("c.bed", rows);
    let said = prepare(
        &folder,
        &[
            &"--fasta",
            &fasta,
            &"--track",
            &track("wig", &bigwig, ",assay=DNase,description=one, two"),
            &"--track",
            &track("graph", &graph, ""),
            &"--track",
            &track("ATAC", &fragments, ",assay=ATAC,clip=0.9"),
            &"--valid",
            &"chrI:400-600",
            &"--test",
            &"II",
            &"--drop",
            &"MT",
            &"--blacklist",
            &"chrI:55-81",
        ],
    )
    .succeeds()
    .stderr;
    for words in [
        "left out: chrM",
        "wig: read I as chrI, II as chrII",
        "wig: not used: III",
        "ATAC: not used: chrM",
        "chrII: of 605 bases 3 in lower case, read like the others; 3 unknown (N)",
        "4 of 160 bins are ignored",
        "ATAC: clipped at ",
        "ATAC: half of the fragments against the other half, test bins: r ",
        "3 tracks, 2 sequences of 1605 bp in all; windows of 80 bp, 4 bins of 10 bp predicted",
    ] {
        assert!(said.contains(words), "`{words}` is not in: {said}");
    }
    let data = Prepared::read(&folder);
    assert_eq!(data.sequences.len(), 1_605);
    assert_eq!(data.sequences[1_602..], [4; 3]);
    let text = dna(1_000, 1);
    for (code, letter) in data.sequences.iter().zip(text.bytes()) {
        assert_eq!(b"ACGT"[usize::from(*code)], letter);
    }
    assert_eq!((data.tracks(), data.targets.len(), data.mask.len()), (3, 160 * 3, 160));
    // chrI: 100 bins. Bases 55 to 81 are in bins 5 to 8.
    let masked: Vec<usize> = (0..160).filter(|&bin| data.mask[bin] != 0).collect();
    assert_eq!(masked, [5, 6, 7, 8]);
    let column = |track: usize| data.targets[track..].iter().step_by(3).copied();
    let wig: Vec<f32> = column(0).collect();
    assert_eq!(wig[..5], [0.0, 0.0, 5.0, 0.0, 10.0]);
    assert_eq!(wig[100..], [10.0; 60]);
    assert_eq!(column(1).take(4).collect::<Vec<_>>(), [0.0, 2.5, 5.0, 2.5]);
    assert_eq!(
        column(1).last(),
        Some(0.0),
        "bases behind the last whole bin are in none"
    );
    // Fragments 0-17, 11-28, 22-39, …: those over bases 10 to 19 have 7 and 9.
    assert_eq!(column(2).take(2).collect::<Vec<_>>(), [10.0, 16.0]);
    let clip = data.json["tracks"][2]["clip"]["value"].as_f64().unwrap();
    assert!(column(2).all(|value| f64::from(value) <= clip), "cut at {clip}");
    assert_eq!(data.json["tracks"][0]["description"], "one, two");
    assert_eq!(
        data.json["tracks"][2]["unit"],
        "coverage by fragments, summed over 10 bp"
    );
    let halves = &data.json["tracks"][2]["ceiling"]["fragments"];
    assert_eq!(halves[0].as_u64().unwrap() + halves[1].as_u64().unwrap(), 140);

    // Training has what the others leave of chrI, to its last base; windows step by the four bins that are predicted.
    let starts = |split: &str| data.windows(split);
    let wanted: Vec<[u64; 2]> = (0..9)
        .map(|at| [0, at * 40])
        .chain((0..9).map(|at| [0, 600 + at * 40]))
        .collect();
    assert_eq!(starts("train"), wanted);
    assert_eq!(starts("valid"), [[0, 400], [0, 440], [0, 480], [0, 520]]);
    assert_eq!(starts("test").len(), 14);
    let mut owner: BTreeMap<(u64, u64), &str> = BTreeMap::new();
    for split in ["train", "valid", "test"] {
        for [sequence, start] in starts(split) {
            for base in start..start + 80 {
                let before = owner.insert((sequence, base), split);
                assert!(before.is_none_or(|other| other == split), "{split}: base {base}");
            }
        }
    }
    let sources: Vec<&str> = data.json["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["file"].as_str().unwrap())
        .collect();
    assert_eq!(sources, ["genome.fa.gz", "a.bw", "b.bedgraph.gz", "c.bed"]);
}

#[test]
fn the_bytes_are_the_same_each_time_and_a_folder_is_replaced() {
    let folder = Folder::new();
    let fasta = fasta(&folder);
    let rows: String = (0..500)
        .map(|at| format!("chrI\t{0}\t{1}\nchrII\t{0}\t{1}\n", at, at + 9))
        .collect();
    let fragments = folder.write("c.bed", rows);
    let once = |smooth: &[&str]| {
        let track = track("t", &fragments, ",clip=0.95");
        let mut arguments: Vec<&dyn AsRef<OsStr>> = vec![
            &"--fasta", &fasta, &"--track", &track, &"--test", &"chrII", &"--drop", &"chrM",
        ];
        arguments.extend(smooth.iter().map(|one| one as &dyn AsRef<OsStr>));
        prepare(&folder, &arguments).succeeds();
        let names = ["dataset.json", "sequences.u8", "targets.f32", "mask.u8"];
        names.map(|name| fs::read(folder.path("data").join(name)).unwrap())
    };
    let plain = once(&[]);
    assert_eq!(once(&[]), plain);
    let smoothed = once(&["--smooth", "20"]);
    assert_ne!(smoothed[2], plain[2]);
    assert!(String::from_utf8_lossy(&smoothed[0]).contains("\"smooth\": 20.0"));
    assert_eq!(once(&[]), plain);
    assert_eq!(
        fs::read_dir(folder.path("data")).unwrap().count(),
        4,
        "nothing is left over"
    );
}

#[test]
fn parts_of_sequences_can_be_held_out_and_only_what_is_named_is_used() {
    let folder = Folder::new();
    let fasta = fasta(&folder);
    let graph = folder.write("b.bedgraph", "chrI\t0\t1000\t1\n");
    let track = track("t", &graph, "");
    let with = |train: &str, valid: &str, test: &str| {
        prepare(
            &folder,
            &[
                &"--fasta", &fasta, &"--track", &track, &"--train", &train, &"--valid", &valid, &"--test", &test,
            ],
        )
    };
    with("chrI:0-505", "chrI:505-700", "chrI:700-1000").succeeds();
    let data = Prepared::read(&folder);
    assert_eq!(data.json["sequences"].as_array().unwrap().len(), 1);
    // Windows begin on borders of bins: base 510, not 505.
    assert_eq!(data.windows("valid")[0], [0, 510]);
    assert_eq!(data.windows("train").last(), Some(&[0, 420]));
    with("chrI:0-506", "chrI:505-700", "chrI:700-1000")
        .fails(2, &["--train chrI:0-506 and --valid chrI:505-700 share bases"]);
    with("chrI", "chrV", "chrI:700-1000").fails(2, &["--valid chrV", "the file has chrI"]);
    with("chrI:0-1001", "chrII", "chrII").fails(2, &["--train chrI:0-1001", "chrI has 1000 bp"]);
    with("chrI:0-9", "chrI:505-700", "chrI:700-1000").fails(2, &["no window of 80 bp is left"]);
}

#[test]
fn windows_that_are_masked_or_unknown_throughout_are_left_out() {
    let folder = Folder::new();
    let text = format!(">a\n{}{}\n", dna(400, 1), "N".repeat(400));
    let fasta = folder.write("n.fa", text);
    let graph = folder.write("b.bedgraph", "a\t0\t800\t1\n");
    let blacklist = folder.write("black.bed", "track name=x\n\na\t0\t120\tpeak\nother\t5\t9\n");
    let said = prepare(
        &folder,
        &[
            &"--fasta",
            &fasta,
            &"--track",
            &track("t", &graph, ""),
            &"--blacklist",
            &blacklist,
        ],
    )
    .succeeds()
    .stderr;
    assert!(
        said.contains("black.bed: 1 regions, and 1 on sequences that are not used"),
        "{said}"
    );
    assert!(said.contains("2 windows left out: no usable bin"), "{said}");
    assert!(
        said.contains("windows left out: more than 0.35 of their bases unknown"),
        "{said}"
    );
    let data = Prepared::read(&folder);
    let starts: Vec<u64> = data.windows("train").iter().map(|window| window[1]).collect();
    // 0 and 40 predict masked bins alone; from 360 on more than 28 bases are unknown.
    assert_eq!(starts, [80, 120, 160, 200, 240, 280, 320]);
}

#[test]
fn what_is_wrong_with_signal_is_named_and_nothing_is_left() {
    let folder = Folder::new();
    let fasta = fasta(&folder);
    let values: Vec<_> = (0..50).map(|at| (at * 20, at * 20 + 5, 1.0)).collect();
    let whole = made::bigwig(&[
        ("chrI", 1_000, &values),
        ("chrII", 605, &[(0, 5, 1.0)]),
        ("chrM", 300, &[(0, 5, 1.0)]),
    ]);
    let cut = folder.write("cut.bw", &whole[..whole.len() * 2 / 3]);
    let other = folder.write("other.bw", made::bigwig(&[("scaffold", 1_000, &values)]));
    let assembly = folder.write("assembly.bw", made::bigwig(&[("chrI", 1_001, &values)]));
    let lacking = folder.write("lacking.bw", made::bigwig(&[("chrI", 1_000, &values)]));
    let blank = folder.write("blank.bedgraph", "chrI\t0\t9\t0\nchrII\t0\t9\t0\nchrM\t0\t9\t0\n");
    let names = folder.names();
    let with = |file: &Path| prepare(&folder, &[&"--fasta", &fasta, &"--track", &track("t", file, "")]);
    with(&cut).fails(1, &["cut.bw", "damaged bigWig", "Download or copy it again"]);
    with(&other).fails(
        1,
        &[
            "other.bw: found the chromosomes scaffold",
            "genome.fa.gz: chrI, chrII, chrM",
            "--rename",
        ],
    );
    with(&assembly).fails(1, &["chrI with 1001 bp", "1000 bp", "assembly"]);
    with(&lacking).fails(1, &["no signal for chrII, chrM", "--drop", "--missing-as-zero"]);
    with(&blank).fails(1, &["no coverage in any training bin"]);
    with(&folder.path("missing.bw")).fails(1, &["missing.bw", "Check the name"]);
    assert_eq!(folder.names(), names, "nothing is left of a failure");
    let said = prepare(
        &folder,
        &[
            &"--fasta",
            &fasta,
            &"--track",
            &track("t", &lacking, ""),
            &"--missing-as-zero",
        ],
    )
    .succeeds()
    .stderr;
    assert!(said.contains("t: 0 on chrII, chrM"), "{said}");
    let renamed = [&"--fasta" as &dyn AsRef<OsStr>, &fasta, &"--track"];
    let track = track("t", &other, "");
    let mut arguments = renamed.to_vec();
    arguments.extend([
        &track as &dyn AsRef<OsStr>,
        &"--drop",
        &"chrII,chrM",
        &"--rename",
        &"scaffold=chrI",
    ]);
    let said = prepare(&folder, &arguments).succeeds().stderr;
    assert!(said.contains("t: read scaffold as chrI"), "{said}");
}

#[test]
fn what_is_wrong_with_sequences_and_settings_is_named() {
    let folder = Folder::new();
    let fasta = fasta(&folder);
    let graph = folder.write("b.bedgraph", "chrI\t0\t9\t1\n");
    let track = track("t", &graph, "");
    let protein = folder.write("protein.fa", ">p\nMEEPQSDPSV\n");
    prepare(&folder, &[&"--fasta", &protein, &"--track", &track])
        .fails(1, &["protein.fa, record p, line 2, column 2", "amino acid"]);
    prepare(&folder, &[&"--fasta", &fasta]).fails(2, &["--track NAME=FILE", "--targets", "--hdf5"]);
    prepare(&folder, &[&"--fasta", &fasta, &"--track", &track, &"--track", &track])
        .fails(2, &["--track t is given twice"]);
    prepare(
        &folder,
        &[&"--fasta", &fasta, &"--track", &track, &"--drop", &"chrI,II,M"],
    )
    .fails(2, &["no sequence", "found chrI, chrII, chrM"]);
    let black = folder.write("black.bed", "chrI\t5\n");
    prepare(
        &folder,
        &[&"--fasta", &fasta, &"--track", &track, &"--blacklist", &black],
    )
    .fails(1, &["black.bed, line 1", "chromosome, start and end"]);
    let run_with = |flags: [&str; 6]| {
        let mut arguments: Vec<OsString> = ["prepare", "tracks", "--out"].map(OsString::from).to_vec();
        arguments.extend([folder.path("data").into(), "--fasta".into(), fasta.clone().into()]);
        arguments.extend(["--track".into(), track.clone()]);
        arguments.extend(flags.map(OsString::from));
        run(arguments)
    };
    run_with(["--bin-size", "10", "--length", "85", "--buffer", "20"]).fails(2, &["not whole bins of 10 bp"]);
    run_with(["--bin-size", "10", "--length", "80", "--buffer", "40"]).fails(2, &["nothing is left between"]);
    assert!(!folder.path("data").exists());
}

/// float16 of a whole number from 0 to 2,048.
fn half(value: u32) -> [u8; 2] {
    if value == 0 {
        return [0; 2];
    }
    let exponent = value.ilog2();
    let mantissa = (value << 10 >> exponent) & 0x3ff;
    (((exponent + 15) << 10 | mantissa) as u16).to_le_bytes()
}

/// Three records of 160 bp; what was measured in their 16 bins, of two tracks.
fn records() -> (String, Vec<u32>) {
    let fasta = (0..3).map(|at| format!(">r{at}\n{}\n", dna(160, at + 5))).collect();
    (fasta, (0..3 * 16 * 2).map(|at| at * 7 % 300).collect())
}

fn npy(descr: &str, shape: &str, numbers: Vec<u8>) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    while (header.len() + 11) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(numbers);
    bytes
}

#[test]
fn an_array_beside_records_is_taken_as_it_is() {
    let folder = Folder::new();
    let (text, values) = records();
    let fasta = folder.write("r.fa", text);
    let floats: Vec<u8> = values.iter().flat_map(|&value| (value as f32).to_le_bytes()).collect();
    let halves: Vec<u8> = values.iter().flat_map(|&value| half(value)).collect();
    let mut first = None;
    for (descr, numbers) in [("<f4", floats.clone()), ("<f2", halves)] {
        let array = folder.write("t.npy", npy(descr, "(3, 16, 2)", numbers));
        prepare(
            &folder,
            &[
                &"--fasta",
                &fasta,
                &"--targets",
                &array,
                &"--valid",
                &"r1",
                &"--test",
                &"r2",
                &"--assay",
                &"CAGE",
                &"--names",
                &"one,two",
            ],
        )
        .succeeds();
        let data = Prepared::read(&folder);
        let wanted: Vec<f32> = values.iter().map(|&value| value as f32).collect();
        assert_eq!(data.targets, wanted, "{descr}");
        assert_eq!(data.json["tracks"][1]["name"], "two");
        assert_eq!(data.json["tracks"][1]["assay"], "CAGE");
        assert_eq!(data.windows("test"), [[2, 0], [2, 40], [2, 80]]);
        assert_eq!(data.windows("train"), [[0, 0], [0, 40], [0, 80]]);
        assert_eq!(first.get_or_insert(data.sequences.clone()), &data.sequences);
    }
    let array = folder.path("t.npy");
    let split: [&dyn AsRef<OsStr>; 8] = [
        &"--fasta",
        &fasta,
        &"--targets",
        &array,
        &"--valid",
        &"NC_1.1",
        &"--test",
        &"r2",
    ];
    prepare(&folder, &split).fails(2, &["--valid", "NC_1.1", "--rename OTHER=NAME"]);
    prepare(&folder, &[&split[..], &[&"--rename", &"NC_1.1=r1"]].concat()).succeeds();
    let data = Prepared::read(&folder);
    assert_eq!(data.windows("valid"), [[1, 0], [1, 40], [1, 80]]);
    let with = |shape: &str, numbers: &[u8]| {
        let array = folder.write("w.npy", npy("<f4", shape, numbers.to_vec()));
        prepare(&folder, &[&"--fasta", &fasta, &"--targets", &array])
    };
    with("(3, 16, 2)", &floats[4..]).fails(1, &["w.npy", "found 380 bytes of numbers; expected 384"]);
    with("(2, 16, 3)", &floats).fails(1, &["found 2 records of 16 bins", "3 records of", "in the same order"]);
    with("(3, 32)", &floats).fails(1, &["another shape"]);
    let mut negative = floats;
    negative[16 * 8 + 12..16 * 8 + 16].copy_from_slice(&(-2_f32).to_le_bytes());
    with("(3, 16, 2)", &negative).fails(1, &["found -2 in record 1, bin 1, track 1"]);
    let text = folder.write("text.npy", "1,2,3\n4,5,6\n");
    prepare(&folder, &[&"--fasta", &fasta, &"--targets", &text]).fails(1, &["found no array", "numpy.save"]);
}

/// A small file in the published layout, whose splits have these many sequences of 160 bp.
fn published(sequences: &[(&str, usize)], values: &[u32], wrong: &str) -> Vec<u8> {
    let byte = Datatype::FixedPoint {
        size: 1,
        byte_order: DatatypeByteOrder::LittleEndian,
        layout: FixedPointLayout {
            signed: true,
            bit_offset: 0,
            bit_precision: 8,
        },
    };
    let boolean = || {
        let named = EnumTypeBuilder::with_base(byte.clone());
        let named = named.value("FALSE", 0).value("TRUE", 1);
        named.build().unwrap()
    };
    let float16 = Datatype::FloatingPoint {
        size: 2,
        byte_order: DatatypeByteOrder::LittleEndian,
        layout: FloatingPointLayout {
            bit_offset: 0,
            bit_precision: 16,
            exponent_location: 10,
            exponent_size: 5,
            mantissa_location: 0,
            mantissa_size: 10,
            exponent_bias: 15,
        },
    };
    let mut file = FileBuilder::new();
    let mut first = 0;
    for (split, n) in sequences {
        let mut one_hot = Vec::new();
        for record in 0..*n {
            for (base, letter) in dna(160, (first + record) as u64 + 5).bytes().enumerate() {
                let unknown = record == 0 && base < 3;
                let channels = b"ACGT".map(|other| u8::from(unknown || other == letter));
                one_hot.extend(if record == 0 && base == 3 { [0; 4] } else { channels });
            }
        }
        if wrong == "two bases" && *split == "valid" {
            one_hot[10 * 4..10 * 4 + 4].copy_from_slice(&[1, 1, 0, 0]);
        }
        let n64 = *n as u64;
        file.create_dataset(&format!("{split}_in"))
            .with_raw_data(boolean(), one_hot, n64 * 160 * 4)
            .with_shape(&[n64, 160, 4]);
        let numbers = &values[first * 32..(first + n) * 32];
        let bytes: Vec<u8> = numbers.iter().flat_map(|&value| half(value)).collect();
        file.create_dataset(&format!("{split}_out"))
            .with_raw_data(float16.clone(), bytes, n64 * 32)
            .with_shape(&[n64, 16, 2])
            .with_chunks(&[1, 16, 2])
            .with_deflate(4);
        if *split == "train" {
            let left_out: Vec<u8> = (0..n * 16).map(|bin| u8::from(bin == 17)).collect();
            file.create_dataset("train_na")
                .with_raw_data(boolean(), left_out, n64 * 16)
                .with_shape(&[n64, 16]);
        }
        first += n;
    }
    let width = if wrong == "pool width" { 128 } else { 10 };
    file.create_dataset("pool_width").with_i64_data(&[width]);
    file.create_dataset("target_ids")
        .with_ascii_strings(&["ENCFF1", "CNhs2"])
        .unwrap();
    file.create_dataset("target_labels")
        .with_ascii_strings(&["DNASE:K562", "CAGE:liver"])
        .unwrap();
    let strands: &[&str] = if wrong == "strands" { &["*"] } else { &["*", "+"] };
    file.create_dataset("target_strands")
        .with_ascii_strings(strands)
        .unwrap();
    file.finish().unwrap()
}

#[test]
fn the_published_layout_is_read_with_its_splits_labels_and_masks() {
    let folder = Folder::new();
    let values: Vec<u32> = (0..4 * 32).map(|at| at * 5 % 700).collect();
    let splits = [("train", 2), ("valid", 1), ("test", 1)];
    let file = folder.write("b.h5", published(&splits, &values, ""));
    let arguments = |file: &Path| {
        let mut all: Vec<OsString> = ["prepare", "tracks", "--buffer", "20", "--out"]
            .map(OsString::from)
            .to_vec();
        all.extend([folder.path("data").into(), "--hdf5".into(), file.into()]);
        all
    };
    run(arguments(&file)).succeeds();
    let data = Prepared::read(&folder);
    assert_eq!(
        data.targets,
        values.iter().map(|&value| value as f32).collect::<Vec<_>>()
    );
    assert_eq!(data.sequences[..4], [4, 4, 4, 5]);
    for (record, sequence) in data.sequences.chunks(160).enumerate() {
        let letters = dna(160, record as u64 + 5);
        for (code, letter) in sequence.iter().zip(letters.bytes()).skip(4) {
            assert_eq!(b"ACGT"[usize::from(*code)], letter);
        }
    }
    let masked: Vec<usize> = (0..64).filter(|&bin| data.mask[bin] != 0).collect();
    assert_eq!(masked, [17]);
    assert_eq!(
        (&data.json["bin_size"], &data.json["length"]),
        (&10.into(), &160.into())
    );
    assert_eq!(data.windows("train"), [[0, 0], [1, 0]]);
    assert_eq!(
        (data.windows("valid"), data.windows("test")),
        (vec![[2, 0]], vec![[3, 0]])
    );
    let tracks = &data.json["tracks"];
    assert_eq!(
        (&tracks[0]["name"], &tracks[0]["assay"]),
        (&"ENCFF1".into(), &"DNase".into())
    );
    assert_eq!(tracks[1]["description"], "CAGE:liver, strand +");

    for (wrong, words) in [
        (
            "two bases",
            ["two or three bases at once in valid_in", "row 0, base 10"],
        ),
        ("pool width", ["pool_width 128", "bins that divide them"]),
        ("strands", ["1 of target_strands", "each of 2 targets"]),
    ] {
        let file = folder.write("w.h5", published(&splits, &values, wrong));
        run(arguments(&file)).fails(1, &words);
    }
    let whole = fs::read(&file).unwrap();
    let cut = folder.write("cut.h5", &whole[..whole.len() / 2]);
    run(arguments(&cut)).fails(1, &["cut.h5: found", "Copy the file again"]);
    let text = folder.write("text.h5", "no HDF5");
    run(arguments(&text)).fails(1, &["text.h5: found that it cannot be read"]);
    let mut asked = arguments(&file);
    asked.extend(["--valid".into(), "chrI".into()]);
    run(asked).fails(2, &["--valid", "assigns the sequences to splits"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_leaves_nothing_behind() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let folder = Folder::new();
    let graph = folder.write("b.bedgraph", "chrI\t0\t9\t1\n");
    let endless = folder.path("endless.fa");
    assert!(Command::new("mkfifo").arg(&endless).status().unwrap().success());
    let names = folder.names();
    let child = Command::new(env!("CARGO_BIN_EXE_regulens"))
        .args(["prepare", "tracks", "--fasta"])
        .arg(&endless)
        .arg("--track")
        .arg(track("t", &graph, ""))
        .arg("--out")
        .arg(folder.path("data"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut sequence = fs::File::create(&endless).unwrap();
    writeln!(sequence, ">chrI\n{}", dna(1_000, 1)).unwrap();
    let interrupted = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
    assert!(interrupted.unwrap().success());
    std::thread::sleep(std::time::Duration::from_millis(200));
    let _ = writeln!(sequence, "{}", dna(1_000, 2));
    drop(sequence);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("interrupted; nothing was written"), "{stderr}");
    assert_eq!(folder.names(), names);
}

/// Sequences whose coverage is twice the number of CGCG and GATA in the bin to the right, and noise.
fn ruled(folder: &Folder) {
    let mut text = String::new();
    let mut rows = String::new();
    for at in 0..8 {
        let bases = dna(40_000, at + 11);
        text.push_str(&format!(">c{at}\n{bases}\n"));
        for bin in 0..399 {
            let next = &bases[(bin + 1) * 100..(bin + 2) * 100];
            let found = next
                .as_bytes()
                .windows(4)
                .filter(|four| [b"CGCG", b"GATA"].contains(&&[four[0], four[1], four[2], four[3]]))
                .count();
            let noise = ((bin * 2_654_435_761_usize) >> 9) % 10;
            rows.push_str(&format!(
                "c{at}\t{}\t{}\t{}\n",
                bin * 100,
                bin * 100 + 100,
                found as f64 * 2.0 + noise as f64 / 20.0
            ));
        }
    }
    let fasta = folder.write("g.fa", text);
    let graph = folder.write("g.bedgraph", rows);
    let mut arguments: Vec<OsString> = [
        "prepare",
        "tracks",
        "--bin-size",
        "100",
        "--length",
        "2000",
        "--buffer",
        "200",
        "--valid",
        "c1",
        "--test",
        "c2",
        "--fasta",
    ]
    .map(OsString::from)
    .to_vec();
    arguments.extend([
        fasta.into(),
        "--track".into(),
        track("x", &graph, ",assay=ATAC"),
        "--out".into(),
        folder.path("data").into(),
    ]);
    run(arguments).succeeds();
}

#[test]
fn the_ridge_finds_what_four_mers_tell_and_looks_as_far_as_it_lies() {
    let folder = Folder::new();
    ruled(&folder);
    let data = folder.path("data").display().to_string();
    let said = run(["baseline", "basenji", "--data", &data, "--reach", "4", "--json"])
        .succeeds()
        .stdout;
    let json: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        json["bins"]["test"],
        24 * 16,
        "windows of 20 bins, 16 of them predicted"
    );
    let names: Vec<&str> = json["baselines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "ridge on 4-mers and GC",
            "ridge on 4-mers and GC, of log2(x + 1)",
            "ridge on 4-mers and GC of 2 bins to either side",
            "ridge on 4-mers and GC of 2 bins to either side, of log2(x + 1)",
        ]
    );
    let raw = &json["baselines"][0];
    let fitted = &raw["tracks"][0];
    // Bins to the right are told from those to the left, and weights are shared with the other strand: half of the rule
    // can be had, as CGCG is its own reverse complement, and so lies to the left on the other strand.
    let r = fitted["test"]["pearson"].as_f64().unwrap();
    assert!((0.3..0.9).contains(&r), "{r}");
    assert!(fitted["reach"].as_u64().unwrap() >= 1, "{fitted}");
    assert_eq!(raw["assays"][0]["assay"], "ATAC");
    assert_eq!(raw["mean"]["pearson"].as_f64(), Some(r));
    let again = run(["baseline", "basenji", "--data", &data, "--reach", "4", "--json"])
        .succeeds()
        .stdout;
    assert_eq!(again, said);
    let near = run(["baseline", "basenji", "--data", &data, "--reach", "0", "--json"])
        .succeeds()
        .stdout;
    let near: Value = serde_json::from_str(&near).unwrap();
    let own = near["baselines"][0]["tracks"][0]["test"]["pearson"].as_f64();
    assert!(own.unwrap_or(0.0) < 0.2, "the own bin tells nothing: {own:?}");
    let text = run(["baseline", "basenji", "--data", &data, "--reach", "1"])
        .succeeds()
        .stdout;
    assert!(text.contains("ridge on 4-mers and GC, mean of 1 track"), "{text}");
    assert!(text.contains("ATAC"), "{text}");
}

#[test]
fn a_baseline_without_a_test_split_or_a_folder_says_so() {
    let folder = Folder::new();
    let fasta = fasta(&folder);
    let graph = folder.write("b.bedgraph", "chrI\t0\t900\t1\n");
    prepare(
        &folder,
        &[
            &"--fasta",
            &fasta,
            &"--track",
            &track("t", &graph, ""),
            &"--train",
            &"chrI",
        ],
    )
    .succeeds();
    let data = folder.path("data").display().to_string();
    run(["baseline", "basenji", "--data", &data]).fails(1, &["found no valid window", "--valid and --test"]);
    let none = folder.path("none").display().to_string();
    run(["baseline", "basenji", "--data", &none]).fails(1, &["none/dataset.json", "regulens prepare tracks"]);
    fs::write(folder.path("data").join("targets.f32"), [0; 4]).unwrap();
    run(["baseline", "basenji", "--data", &data]).fails(1, &["targets.f32: found 4 bytes"]);
}

#[test]
fn yeast_is_prepared_as_its_notes_say_and_four_mers_reach_what_they_reached_elsewhere() {
    let what = "the yeast genome and its ATAC-seq fragments";
    let Some(genome) = reference("data/yeast/genome/sacCer3.fa.gz", what) else {
        return;
    };
    let Some(fragments) = reference("data/yeast/atac_macs/yeast_500k_SRR1822137.bedpe.gz", what) else {
        return;
    };
    let folder = Folder::new();
    let mut arguments: Vec<OsString> = [
        "prepare",
        "tracks",
        "--valid",
        "chrVIII",
        "--test",
        "chrIV",
        "--drop",
        "chrM",
        "--blacklist",
        "chrXII:451000-490000",
        "--length",
        "16384",
        "--buffer",
        "2048",
        "--fasta",
    ]
    .map(OsString::from)
    .to_vec();
    arguments.extend([
        genome.into(),
        "--track".into(),
        track("ATAC", &fragments, ",clip=0.999"),
        "--out".into(),
        folder.path("data").into(),
    ]);
    run(arguments).succeeds();
    let data = Prepared::read(&folder);
    assert_eq!(data.sequences.len(), 12_071_326);
    let counts = ["train", "valid", "test"].map(|split| data.windows(split).len());
    assert_eq!(counts, [811, 45, 124]);
    // Mean depth of chrIV in the notes, but for what is cut.
    let sequences = data.json["sequences"].as_array().unwrap();
    let four = sequences.iter().find(|one| one["name"] == "chrIV").unwrap();
    let first = four["first_bin"].as_u64().unwrap() as usize;
    let sum: f64 = data.targets[first..first + 1_531_933 / 128]
        .iter()
        .map(|&value| f64::from(value))
        .sum();
    let depth = sum / 1_531_933.0;
    assert!((3.1..3.2).contains(&depth), "{depth}");
    let halves = &data.json["tracks"][0]["ceiling"]["fit"]["test"]["pearson"];
    assert!((0.91..0.95).contains(&halves.as_f64().unwrap()), "{halves}");

    let folder = folder.path("data").display().to_string();
    let said = run(["baseline", "basenji", "--data", &folder, "--reach", "2", "--json"])
        .succeeds()
        .stdout;
    let json: Value = serde_json::from_str(&said).unwrap();
    let test = &json["baselines"][2]["tracks"][0]["test"];
    for (figure, wanted) in [("pearson", 0.598), ("log_pearson", 0.368), ("r2", 0.353)] {
        let found = test[figure].as_f64().unwrap();
        assert!((found - wanted).abs() < 0.02, "{figure} {found}, elsewhere {wanted}");
    }
}
