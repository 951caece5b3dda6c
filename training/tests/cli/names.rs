//! Names of sequences and records without a base, in every command that meets them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::setup::{Folder, Outcome, Results, run};
use crate::tracks::regions::made;

/// Bases of a sequence, the same each time.
fn dna(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut base = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        b"ACGT"[(state >> 40) as usize % 4]
    };
    (0..length).map(|_| base()).collect()
}

/// Bases of each sequence here.
const LENGTH: usize = 20_000;

/// A folder, and genomes in it.
struct Genomes {
    folder: Folder,
}

impl Genomes {
    fn new() -> Self {
        let folder = Folder::new();
        Self { folder }
    }

    /// Sequences of these names, the bases by their number, and records as they stand; with `.fai` where asked for.
    fn of(&self, file: &str, names: &[&str], others: &[(&str, Vec<u8>)], has_index: bool) -> PathBuf {
        let mut all: Vec<_> = (1..)
            .zip(names)
            .map(|(seed, name)| ((*name).to_owned(), dna(LENGTH, seed)))
            .collect();
        all.splice(
            1..1,
            others.iter().map(|(name, bases)| ((*name).to_owned(), bases.clone())),
        );
        let (text, fai) = made::fasta(&all, 60, "\n");
        let path = self.folder.write(file, text);
        if has_index {
            self.folder.write(&format!("{file}.fai"), fai);
        }
        path
    }

    /// A VCF of changes of single bases: the sequence as the VCF names it, its number in the genome, and the position.
    fn vcf(&self, file: &str, rows: &[(&str, u64, usize)]) -> PathBuf {
        let mut text = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
        for &(name, seed, position) in rows {
            let base = char::from(dna(LENGTH, seed)[position - 1]);
            let other = if base == 'A' { 'C' } else { 'A' };
            text += &format!("{name}\t{position}\t.\t{base}\t{other}\t.\t.\t.\n");
        }
        self.folder.write(file, text)
    }

    fn run(&self, command: &[&str], out: &str, flags: &[&str]) -> Outcome {
        let model = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../models/basenji-attention-two-sided-simulated.safetensors")
            .display()
            .to_string();
        let out = self.folder.path(out).display().to_string();
        let first = ["--model", &model];
        run(command
            .iter()
            .chain(&first)
            .chain(flags)
            .chain(&[command_out(command), &out]))
    }

    /// The rows of `interpret variants`.
    fn scores(&self, fasta: &Path, vcf: &Path, flags: &[&str]) -> Outcome {
        let (fasta, vcf) = (text(fasta), text(vcf));
        let all = [&["--fasta", &fasta, "--vcf", &vcf, "--track", "ATAC"], flags].concat();
        self.run(&["interpret", "variants"], "t.tsv", &all)
    }

    /// A column of the table that was written last.
    fn column(&self, name: &str) -> Vec<String> {
        let table = Results::read(&self.folder.path("t.tsv"));
        let at = table.header.iter().position(|column| column == name).expect("a column");
        table.rows.iter().map(|row| row[at].clone()).collect()
    }

    fn prepare(&self, fasta: &Path, signal: &Path, flags: &[&str]) -> Outcome {
        let (fasta, track) = (text(fasta), format!("t={}", text(signal)));
        let data = text(&self.folder.path("data"));
        let _ = fs::remove_dir_all(&data);
        let bins = ["--bin-size", "10", "--length", "80", "--buffer", "20", "--out", &data];
        run(["prepare", "tracks", "--fasta", &fasta, "--track", &track]
            .iter()
            .chain(&bins)
            .chain(flags))
    }

    /// The sequences in use of what was prepared last.
    fn prepared(&self) -> Vec<String> {
        let manifest = fs::read(self.folder.path("data/dataset.json")).expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
        let sequences = manifest["sequences"].as_array().expect("sequences").iter();
        sequences
            .map(|one| one["name"].as_str().expect("a name").to_owned())
            .collect()
    }
}

/// The flag of the table.
fn command_out(command: &[&str]) -> &'static str {
    if command == ["interpret", "variants"] {
        "--tsv"
    } else {
        "--out"
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Records of N alone and without a base.
fn without_base() -> [(&'static str, Vec<u8>); 2] {
    [("chrY", b"N".repeat(3_000)), ("empty", Vec::new())]
}

#[test]
fn records_without_a_base_are_in_the_way_of_nobody_who_does_not_ask_for_them() {
    let genomes = Genomes::new();
    let plain = genomes.of("plain.fa", &["chr1", "chr2"], &[], false);
    let vcf = genomes.vcf("v.vcf", &[("chr1", 1, 9_000), ("chr2", 2, 7_000)]);
    genomes.scores(&plain, &vcf, &[]).succeeds();
    let expected = genomes.column("sad");
    let signal = genomes.folder.write(
        "s.bedgraph",
        "chr1\t0\t200\t1\nchr1\t200\t900\t2\nchr2\t0\t300\t3\nchrY\t0\t9\t1\n",
    );
    for (file, has_index) in [("whole.fa", false), ("sliced.fa", true)] {
        let fasta = genomes.of(file, &["chr1", "chr2"], &without_base(), has_index);
        genomes.scores(&fasta, &vcf, &[]).succeeds();
        assert_eq!(genomes.column("sad"), expected, "{file}");
        let fasta_name = text(&fasta);
        let said = genomes
            .run(&["predict"], file.trim_end_matches(".fa"), &["--input", &fasta_name])
            .succeeds()
            .stderr;
        assert!(
            said.contains(&format!("{file}: left out chrY, empty: without known bases")),
            "{said}"
        );
        assert!(said.contains("2 records"), "{said}");
        let said = genomes.prepare(&fasta, &signal, &["--valid", "chr2"]).succeeds().stderr;
        assert!(said.contains(&format!("{file}: left out chrY, empty")), "{said}");
        assert_eq!(genomes.prepared(), ["chr1", "chr2"]);

        // A sequence that is asked for and has no base is named, with what to do.
        let remedy = "Use an assembly that has the sequence, or request others.";
        let on_y = genomes.folder.write(
            "y.vcf",
            "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nY\t9\t.\tA\tC\t.\t.\t.\n",
        );
        let named = format!("{file}, record chrY: found only unknown bases (N), 3000 of them");
        genomes.scores(&fasta, &on_y, &[]).fails(1, &[&named, remedy]);
        genomes
            .prepare(&fasta, &signal, &["--train", "chr1,chrY"])
            .fails(1, &[&named, remedy]);
        let flags = ["--fasta", &fasta_name, "--region", "chrY:10-20", "--track", "ATAC"];
        genomes
            .run(&["interpret", "mutagenesis"], "m.tsv", &flags)
            .fails(1, &[&named, remedy]);
        genomes
            .run(
                &["predict"],
                "r.tsv",
                &["--input", &fasta_name, "--regions", "chrY:11-20"],
            )
            .fails(1, &[&named, remedy]);
    }
    let nothing = genomes.folder.write("n.fa", ">a\nNNNN\n>b\n");
    genomes
        .run(&["predict"], "n", &["--input", &text(&nothing)])
        .fails(1, &["n.fa, record a, line 1: found only unknown bases (N), 4 of them"]);
}

#[test]
fn letters_for_several_bases_in_a_reference_cost_their_row_its_score_alone() {
    let genomes = Genomes::new();
    let mut bases = dna(LENGTH, 1);
    // The genome has letters for several bases itself; N in a row where it has a base; a row in lower case.
    bases[11_999..12_001].copy_from_slice(b"RN");
    let known = |at: usize| char::from(bases[at - 1]);
    let (text, _) = made::fasta(&[("chr1".to_owned(), bases.clone())], 60, "\n");
    let fasta = genomes.folder.write("g.fa", text);
    let other = |at: usize| if known(at) == 'A' { 'C' } else { 'A' };
    let row = |position: usize, reference: &str, to: char| format!("chr1\t{position}\t.\t{reference}\t{to}\t.\t.\t.\n");
    let right = row(9_000, &known(9_000).to_string(), other(9_000));
    let header = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let write = |rows: &str| genomes.folder.write("v.vcf", format!("{header}{rows}"));
    genomes.scores(&fasta, &write(&right), &[]).succeeds();
    let expected = genomes.column("sad");
    for (odd, scored, line) in [
        (row(12_000, "R", 'C'), false, "v.vcf, line 3: ambiguous bases in REF"),
        (row(12_000, "r", 'C'), false, "1 such row kept without a score"),
        // Where the genome does not know better, the row's base counts.
        (row(12_000, "A", 'C'), true, ""),
        (row(12_000, "C", 'T'), true, ""),
        (row(12_001, "N", 'C'), true, ""),
        (row(8_000, "N", 'C'), false, "line 3"),
        (row(8_000, "n", 'C'), false, "line 3"),
        (row(8_000, "Y", 'C'), false, "line 3"),
        (
            "chr1\t8000\t.\tN\t<DEL>\t.\t.\t.\n".to_owned(),
            false,
            "1 alternatives are symbolic",
        ),
        (
            row(8_000, &known(8_000).to_string(), 'R'),
            false,
            "1 alternatives are symbolic",
        ),
        (
            row(8_000, &known(8_000).to_lowercase().to_string(), other(8_000)),
            true,
            "",
        ),
    ] {
        let said = genomes
            .scores(&fasta, &write(&format!("{odd}{right}")), &[])
            .succeeds()
            .stderr;
        assert!(said.contains(line), "{odd}: {said}");
        let positions = genomes.column("position");
        assert_eq!(positions.len(), 1 + usize::from(scored), "{odd}");
        let scores = genomes.column("sad");
        assert_eq!(scores.last(), expected.last(), "{odd}");
    }
    // Known bases that differ are still another assembly.
    let wrong = row(8_000, &other(8_000).to_string(), known(8_000));
    genomes
        .scores(&fasta, &write(&wrong), &[])
        .fails(1, &["column REF", "1 of 1 rows differ"]);
}

#[test]
fn every_command_that_matches_names_takes_a_name_for_another() {
    let genomes = Genomes::new();
    let fasta = genomes.of("g.fa", &["chr1", "chr2"], &[], true);
    let name = text(&fasta);
    let rename = ["--rename", "NC_01.1=chr1"];
    let vcf = genomes.vcf("v.vcf", &[("chr1", 1, 9_000)]);
    let other = genomes.vcf("o.vcf", &[("NC_01.1", 1, 9_000)]);
    let genes = genomes.folder.write("g.bed", "NC_01.1\t8000\t8900\tnear\t0\t+\n");
    genomes.scores(&fasta, &vcf, &[]).succeeds();
    let expected = genomes.column("sad");
    genomes
        .scores(&fasta, &other, &[])
        .fails(1, &["NC_01.1", "--rename OTHER=NAME"]);
    let genes = text(&genes);
    for vcf in [&vcf, &other] {
        let flags = [&rename[..], &["--annotation", &genes]].concat();
        genomes.scores(&fasta, vcf, &flags).succeeds();
        assert_eq!(
            (genomes.column("sad"), genomes.column("gene")),
            (expected.clone(), vec!["near".to_owned()])
        );
    }
    genomes
        .scores(&fasta, &other, &["--rename", "NC_01.1=chr9"])
        .fails(2, &["--rename NC_01.1=chr9", "no sequence chr9"]);
    let of_track = ["--track", "ATAC"];
    let read = |out: &str| fs::read(genomes.folder.path(out)).expect("what was written");
    // The same numbers by either name.
    for (command, flags, place) in [
        (&["predict"][..], vec!["--input", &name], "--regions"),
        (
            &["interpret", "mutagenesis"],
            [&["--fasta", &name], &of_track[..]].concat(),
            "--region",
        ),
        (
            &["interpret", "attribute"],
            [&["--input", &name, "--method", "gradient"], &of_track[..]].concat(),
            "--region",
        ),
    ] {
        let bigwig = command.last() == Some(&"attribute");
        let [right, renamed] = ["a", "b"].map(|out| format!("{out}{}", if bigwig { ".bw" } else { ".tsv" }));
        let place_of = |name: &str| format!("{name}:9001-9010");
        let (known, unknown) = (place_of("chr1"), place_of("NC_01.1"));
        genomes
            .run(command, &right, &[&flags[..], &[place, &known]].concat())
            .succeeds();
        genomes
            .run(command, &renamed, &[&flags[..], &[place, &unknown], &rename].concat())
            .succeeds();
        let (right, renamed) = (read(&right), read(&renamed));
        match bigwig {
            true => assert!(right == renamed, "{command:?}"),
            false => assert_eq!(
                String::from_utf8_lossy(&right),
                String::from_utf8_lossy(&renamed).replace("NC_01.1", "chr1"),
                "{command:?}"
            ),
        }
    }
    let signal = genomes
        .folder
        .write("s.bedgraph", "NC_01.1\t0\t900\t1\nchr2\t0\t300\t3\n");
    genomes
        .prepare(
            &fasta,
            &signal,
            &[&rename[..], &["--valid", "chr2", "--train", "NC_01.1"]].concat(),
        )
        .succeeds();
    assert_eq!(genomes.prepared(), ["chr1", "chr2"]);
    let genes = genomes.folder.write("c.bed", "chr1\t8000\t8900\tnear\t0\t+\n");
    let out = text(&genomes.folder.path("hm.csv"));
    let mark = format!("H3K4me3={}", text(&signal));
    run([
        "prepare",
        "hm",
        "--mark",
        &mark,
        "--annotation",
        &text(&genes),
        "--out",
        &out,
    ]
    .into_iter()
    .chain(rename))
    .succeeds();
}

#[test]
fn two_names_for_a_sequence_are_refused_and_the_remedy_leaves_one_out() {
    let genomes = Genomes::new();
    let fasta = genomes.of("g.fa", &["chrM", "chr2"], &[], true);
    let name = text(&fasta);
    let alike = [
        "found MT and Mito, which both match chrM",
        "--rename OTHER=NAME",
        "the other is then left out",
    ];
    let rename = ["--rename", "MT=chrM"];
    let vcf = genomes.vcf("v.vcf", &[("MT", 1, 9_000), ("Mito", 1, 9_500), ("chr2", 2, 7_000)]);
    genomes
        .scores(&fasta, &vcf, &[])
        .fails(1, &[&["v.vcf, line 4, column CHROM"], &alike[..]].concat());
    let said = genomes.scores(&fasta, &vcf, &rename).succeeds().stderr;
    assert_eq!(genomes.column("position"), ["9000", "7000"]);
    assert!(
        said.contains("v.vcf, line 4: a sequence that other rows match better by name"),
        "{said}"
    );

    let bed = genomes
        .folder
        .write("r.bed", "MT\t9000\t9100\nMito\t9200\t9300\nchr2\t50\t90\n");
    let bed = text(&bed);
    let regions = ["--input", &name, "--regions", &bed];
    genomes
        .run(&["predict"], "t.tsv", &regions)
        .fails(1, &[&["r.bed, line 2"], &alike[..]].concat());
    let said = genomes
        .run(&["predict"], "t.tsv", &[&regions[..], &rename].concat())
        .succeeds()
        .stderr;
    assert!(said.contains("regions on Mito are left out"), "{said}");
    assert_eq!(genomes.column("start"), ["9000", "9000", "50", "50"]);

    let genes = genomes
        .folder
        .write("g.bed", "MT\t8000\t8900\tours\t0\t+\nMito\t8990\t9000\ttheirs\t0\t+\n");
    let genes = text(&genes);
    let one = genomes.vcf("one.vcf", &[("chrM", 1, 9_000)]);
    let near = ["--annotation", &genes];
    genomes
        .scores(&fasta, &one, &near)
        .fails(1, &[&["g.bed"], &alike[..]].concat());
    genomes.scores(&fasta, &one, &[&near[..], &rename].concat()).succeeds();
    assert_eq!(genomes.column("gene"), ["ours"]);

    let signal = genomes.folder.write("s.bedgraph", "chrM\t0\t900\t1\nchr2\t0\t300\t3\n");
    for (flag, in_use) in [("--train", &["chrM"][..]), ("--drop", &["chr2"])] {
        let flags = [flag, "MT,Mito"];
        genomes
            .prepare(&fasta, &signal, &flags)
            .fails(2, &[&[flag], &alike[..]].concat());
        genomes
            .prepare(&fasta, &signal, &[&flags[..], &rename].concat())
            .succeeds();
        assert_eq!(genomes.prepared(), in_use);
    }
    let list = genomes.folder.write("b.bed", "MT\t10\t20\nMito\t30\t40\n");
    let list = ["--blacklist", &text(&list)].map(str::to_owned);
    let list = [list[0].as_str(), list[1].as_str()];
    genomes
        .prepare(&fasta, &signal, &list)
        .fails(1, &[&["b.bed"], &alike[..]].concat());
    genomes
        .prepare(&fasta, &signal, &[&list[..], &rename].concat())
        .succeeds();
}

#[test]
fn a_spike_in_is_not_in_use_unless_it_is_asked_for() {
    let genomes = Genomes::new();
    let fasta = genomes.of("g.fa", &["chrX", "chr2"], &[], true);
    let name = text(&fasta);
    // The fly's X is longer than what stands here.
    let vcf = genomes.vcf("v.vcf", &[("X", 2, 9_500), ("chrX", 1, 9_000)]);
    genomes.scores(&fasta, &vcf, &[]).succeeds();
    assert_eq!(genomes.column("position"), ["9000"]);
    let bed = genomes.folder.write("r.bed", "X\t900000\t900100\nchrX\t9000\t9100\n");
    genomes
        .run(&["predict"], "t.tsv", &["--input", &name, "--regions", &text(&bed)])
        .succeeds();
    assert_eq!(genomes.column("sequence"), ["chrX", "chrX"]);
    let genes = genomes
        .folder
        .write("g.bed", "chrX\t8000\t8900\tours\t0\t+\nX\t8990\t9000\ttheirs\t0\t+\n");
    // The VCF says X and means chrX, which the annotation has beside the fly's.
    let bare = genomes.vcf("x.vcf", &[("X", 1, 9_000)]);
    genomes
        .scores(&fasta, &bare, &["--annotation", &text(&genes)])
        .succeeds();
    assert_eq!(genomes.column("gene"), ["ours"]);

    // Both are sequences of a FASTA that reads were aligned to.
    let signal = genomes
        .folder
        .write("s.bedgraph", "chr2\t0\t900\t1\nchrX\t0\t900\t1\nX\t0\t900\t1\n");
    for has_index in [false, true] {
        let file = if has_index { "both.fa" } else { "streamed.fa" };
        let both = genomes.of(file, &["chr2", "chrX", "X"], &[], has_index);
        for (flags, in_use) in [
            (&["--drop", "X"][..], &["chr2", "chrX"][..]),
            (&["--drop", "chrX"], &["chr2", "X"]),
            (&["--train", "chr2,chrX"], &["chr2", "chrX"]),
            (&["--train", "chr2,X"], &["chr2", "X"]),
        ] {
            genomes.prepare(&both, &signal, flags).succeeds();
            assert_eq!(genomes.prepared(), in_use, "{flags:?}");
        }
    }
    // Where there is no other, `chr` makes no difference.
    let signal = genomes.folder.write("t.bedgraph", "chr2\t0\t900\t1\nX\t0\t900\t1\n");
    genomes
        .prepare(&fasta, &signal, &["--train", "2", "--valid", "X"])
        .succeeds();
    assert_eq!(genomes.prepared(), ["chrX", "chr2"]);
}
