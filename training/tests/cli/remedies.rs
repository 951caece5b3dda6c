//! Remedies that name a command: each is taken out of the message that says it, run, and what it made is fed back.
//!
//! A test is skipped where its command is not installed; `every_command_in_a_remedy_is_tried_here` is not.

use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use regulens::prepare::{Measured, Summary};
use regulens::sequence::genome::{Genome, Indexes};
use regulens::sequence::vcf::Vcf;

use crate::prepare::made;
use crate::support::setup::{Folder, Outcome, run, run_line};

/// The commands, as messages write them: those that are run here, and those of programs that are no packages.
const TRIED: [&str; 16] = [
    "samtools view -b FILE > OUT.bam",
    "samtools index FILE",
    "samtools sort FILE > OUT.bam",
    "samtools view -b -T GENOME.fa FILE > OUT.bam",
    "samtools sort -n FILE | bedtools bamtobed -bedpe -i - | awk '$1 != \".\" && $1 == $4 \
        {print $1 \"\\t\" $2 \"\\t\" $6}'",
    "awk '$1 != \".\" && $1 == $4 {print $1 \"\\t\" $2 \"\\t\" $6}' FILE",
    "awk '/^>/ {if (NR > 1) print s; print; s = \"\"; next} {s = s $0} END {print s}' GENOME.fa > EVEN.fa",
    "bedtools merge -d -1 -c 4 -o mean -i FILE",
    "bedtools genomecov -bg -i FILE -g CHROM.SIZES",
    "sort -k1,1 -k2,2n FILE",
    "samtools faidx GENOME.fa",
    "gunzip -c GENOME.fa.gz | bgzip > GENOME.bgz.fa.gz && samtools faidx GENOME.bgz.fa.gz",
    "cut{comma} -f1,{} FILE",
    "numpy.save(FILE, numpy.ascontiguousarray(targets, 'float32'))",
    "bcftools view FILE > OUT.vcf",
    "bcftools view -t chr1:1-200000 FILE > OUT.vcf",
];
const OF_OTHERS: [&str; 7] = [
    "bcftools norm --check-ref e",
    "bamCoverage -b FILE -o OUT.bw",
    "bigBedToBed FILE OUT.bed",
    "twoBitToFa FILE OUT.fa",
    "faToTwoBit GENOME.fa GENOME.2bit",
    "wigToBigWig FILE CHROM.SIZES OUT.bw",
    "gzip -t",
];

/// The texts of all sources below a folder, without comments, continued lines put together.
fn texts(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
                if let Some(continued) = line.strip_suffix('\\') {
                    all.push_str(continued);
                } else {
                    all.push_str(line);
                    all.push('\n');
                }
            }
        }
    }
}

#[test]
fn every_command_in_a_remedy_is_tried_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut all = String::new();
    texts(&root.join("src"), &mut all);
    texts(&root.join("training/src/cli"), &mut all);
    let all = all.replace("\\\"", "\"").replace("\\\\", "\\");
    let known = || TRIED.iter().chain(&OF_OTHERS);
    for command in known() {
        assert!(all.contains(command), "no message has: {command}");
    }
    let mut rest = all;
    let mut longest: Vec<&&str> = known().collect();
    longest.sort_by_key(|command| std::cmp::Reverse(command.len()));
    for command in longest {
        rest = rest.replace(command, "");
    }
    // Notes say that an index can be made, and samtools' region is shown beside the command that is tried.
    let said = [
        "samtools index` again",
        "samtools index` creates one",
        "`samtools faidx` creates one",
        " chr1:1-200000",
    ];
    for words in said {
        rest = rest.replace(words, "");
    }
    let programs = [
        "samtools ",
        "bedtools ",
        "bcftools ",
        "awk ",
        "sort -k",
        "gunzip ",
        "bgzip >",
        "cut -",
        "numpy.save(",
        "faToTwoBit ",
        "twoBitToFa ",
        "wigToBigWig ",
        "bigBedToBed ",
        "bamCoverage ",
    ];
    for line in rest.lines().filter(|line| line.contains('"')) {
        for program in programs {
            assert!(!line.contains(program), "no test tries the command in: {line}");
        }
    }
}

/// A way from a message to a file that is read.
struct Way {
    folder: Folder,
}

impl Way {
    fn new() -> Self {
        Self { folder: Folder::new() }
    }

    fn hm(&self, signal: &Path, flags: &[&str]) -> Outcome {
        let genes = self.folder.write("genes.bed", "chr1\t2000\t3000\ta\t0\t+\n");
        let mut mark = std::ffi::OsString::from("M=");
        mark.push(signal);
        let mut arguments: Vec<std::ffi::OsString> =
            ["prepare", "hm", "--bins", "4", "--mark"].map(Into::into).to_vec();
        arguments.extend([mark, "--annotation".into(), genes.into()]);
        arguments.extend(["--out".into(), self.folder.path("out.csv").into()]);
        arguments.extend(flags.iter().map(Into::into));
        run(arguments)
    }

    /// The values of the four bins.
    fn bins(&self, signal: &Path) -> Vec<f64> {
        self.hm(signal, &[]).succeeds();
        let text = fs::read_to_string(self.folder.path("out.csv")).expect("a table");
        let rows = text.lines().filter(|line| line.starts_with("a,"));
        rows.map(|row| row.rsplit(',').next().unwrap().parse().unwrap())
            .collect()
    }

    /// Runs a command that a message has, with other names in it; what it prints. `None` where it is not installed.
    fn run(&self, said: &str, command: &str, names: &[(&str, &Path)]) -> Option<PathBuf> {
        assert!(said.contains(command), "`{command}` is not in: {said}");
        assert!(TRIED.contains(&command), "{command} is not in the list");
        let mut shell = command.to_owned();
        for (name, path) in names {
            shell = shell.replace(name, &path.display().to_string());
        }
        for program in ["samtools", "bedtools", "bcftools", "bgzip"] {
            let there = || Command::new(program).arg("--version").output().is_ok();
            if command.contains(&format!("{program} ")) && !there() {
                eprintln!("skipped: {program} is not installed");
                return None;
            }
        }
        let output = Command::new("sh").args(["-c", &shell]).output().expect("a shell");
        assert!(
            output.status.success(),
            "{shell}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Some(self.folder.write("printed", output.stdout))
    }
}

#[test]
fn rows_that_overlap_are_merged_to_their_mean() {
    let way = Way::new();
    let file = way.folder.write(
        "o.bedgraph",
        "chr1\t1800\t2000\t4\nchr1\t1900\t2000\t8\nchr1\t2000\t2100\t3\n",
    );
    let said = way.hm(&file, &[]).fails(1, &["line 2"]).stderr;
    let command = "bedtools merge -d -1 -c 4 -o mean -i FILE";
    let Some(merged) = way.run(&said, command, &[("FILE", &file)]) else {
        return;
    };
    // The last base of the second bin has 3, and that of the third none.
    assert_eq!(way.bins(&merged), [6.0, 5.97, 2.97, 0.0]);
}

#[test]
fn rows_out_of_order_are_sorted() {
    let way = Way::new();
    let file = way
        .folder
        .write("u.bedgraph", "chr1\t2000\t2100\t3\nchr1\t1800\t2000\t4\n");
    let said = way.hm(&file, &[]).fails(1, &["line 2"]).stderr;
    let sorted = way
        .run(&said, "sort -k1,1 -k2,2n FILE", &[("FILE", &file)])
        .expect("sort");
    assert_eq!(way.bins(&sorted), [4.0, 3.99, 2.97, 0.0]);
}

/// A pair of reads at 1,850 and 2,020 on chr1, one across chromosomes and one of which a read is unmapped.
const SAM: &str = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:10000\n@SQ\tSN:chr2\tLN:10000\n\
    p\t99\tchr1\t1851\t60\t50M\t=\t2021\t220\t*\t*\np\t147\tchr1\t2021\t60\t50M\t=\t1851\t-220\t*\t*\n\
    q\t65\tchr1\t1951\t60\t50M\tchr2\t501\t0\t*\t*\nr\t73\tchr1\t2051\t60\t50M\t=\t2051\t0\t*\t*\n\
    r\t133\tchr1\t2051\t0\t*\t=\t2051\t0\t*\t*\nq\t129\tchr2\t501\t60\t50M\tchr1\t1951\t0\t*\t*\n";

#[test]
fn sam_becomes_bam_and_an_index_is_made_again() {
    let way = Way::new();
    let (sam, bam) = (way.folder.write("s.sam", SAM), way.folder.path("s.bam"));
    let said = way.hm(&sam, &[]).fails(1, &["SAM"]).stderr;
    let command = "samtools sort FILE > OUT.bam";
    if way.run(&said, command, &[("FILE", &sam), ("OUT.bam", &bam)]).is_none() {
        return;
    }
    // Reads at 1,850, 1,950, 2,020 and 2,050, each of 50 bases.
    assert_eq!(way.bins(&bam), [1.0, 1.0, 2.0, 0.0]);
    way.folder.write("s.bam.bai", "no index");
    let said = way.hm(&bam, &[]).fails(1, &["index"]).stderr;
    way.run(&said, "samtools index FILE", &[("FILE", &bam)])
        .expect("samtools");
    assert_eq!(way.bins(&bam), [1.0, 1.0, 2.0, 0.0]);
    fs::remove_file(way.folder.path("s.bam.bai")).unwrap();
    // Without the empty block at the end.
    let whole = fs::read(&bam).unwrap();
    let cut = way.folder.write("cut.bam", &whole[..whole.len() - 28]);
    let said = way.hm(&cut, &[]).fails(1, &["end marker"]).stderr;
    let command = "samtools view -b FILE > OUT.bam";
    way.run(&said, command, &[("FILE", &cut), ("OUT.bam", &bam)])
        .expect("samtools");
    assert_eq!(way.bins(&bam), [1.0, 1.0, 2.0, 0.0]);
}

/// Runs `prepare tracks` of a track for chr1 of 10,000 bases.
fn tracks(way: &Way, signal: &Path) -> Outcome {
    let genome = format!(">chr1\n{}\n", "ACGTTGCA".repeat(1_250));
    let genome = way.folder.write("g.fa", genome);
    let mut track = std::ffi::OsString::from("T=");
    track.push(signal);
    let mut all: Vec<std::ffi::OsString> = ["prepare", "tracks", "--fasta"].map(Into::into).to_vec();
    all.extend([
        genome.into(),
        "--track".into(),
        track,
        "--out".into(),
        way.folder.path("data").into(),
    ]);
    let settings = "--bin-size 100 --length 1000 --buffer 100 --valid chr1:0-1000 --test chr1:8000-10000";
    all.extend(settings.split(' ').map(Into::into));
    run(all)
}

#[test]
fn pairs_of_a_bam_become_fragments() {
    let way = Way::new();
    let (sam, bam) = (way.folder.write("s.sam", SAM), way.folder.path("s.bam"));
    let command = "samtools sort FILE > OUT.bam";
    if way
        .run(command, command, &[("FILE", &sam), ("OUT.bam", &bam)])
        .is_none()
    {
        return;
    }
    let said = tracks(&way, &bam).fails(1, &["a BAM file"]).stderr;
    let Some(fragments) = way.run(&said, TRIED[4], &[("FILE", &bam)]) else {
        return;
    };
    assert_eq!(fs::read_to_string(&fragments).unwrap(), "chr1\t1850\t2070\n");
    tracks(&way, &fragments).succeeds();
    // The same from BEDPE as it is.
    let bedpe = way
        .folder
        .write("p.bedpe", "chr1\t1850\t1900\tchr1\t2020\t2070\tp\t60\t+\t-\n");
    let said = tracks(&way, &bedpe).fails(1, &["p.bedpe"]).stderr;
    let again = way.run(&said, TRIED[5], &[("FILE", &bedpe)]).expect("awk");
    assert_eq!(fs::read_to_string(again).unwrap(), "chr1\t1850\t2070\n");
}

#[test]
fn an_array_stored_by_column_is_saved_by_row() {
    let way = Way::new();
    let python = |text: &str| {
        let output = Command::new("python3").args(["-c", text]).output();
        output.is_ok_and(|output| output.status.success())
    };
    if !python("import numpy") {
        eprintln!("skipped: NumPy is not installed");
        return;
    }
    let file = way.folder.path("t.npy").display().to_string();
    let targets = "import numpy; targets = numpy.arange(24.0).reshape(2, 4, 3, order='F'); FILE = ";
    assert!(python(&format!(
        "{targets}{file:?}; numpy.save(FILE, targets.astype('float32'))"
    )));
    let records: String = ["a", "b", "c"]
        .map(|name| format!(">{name}\n{}\n", "ACGT".repeat(100)))
        .concat();
    let fasta = way.folder.write("r.fa", &records[..records.find(">c").unwrap()]);
    let prepare = || {
        let out = way.folder.path("data").display().to_string();
        let fasta = fasta.display().to_string();
        run_line(format!(
            "prepare tracks --fasta {fasta} --targets {file} --out {out} --buffer 100 --valid b"
        ))
    };
    let said = prepare().fails(1, &["t.npy", "by column"]).stderr;
    let command = TRIED[13];
    assert!(said.contains(command), "{said}");
    assert!(python(&format!("{targets}{file:?}; {command}")));
    prepare().succeeds();
    let values = fs::read(way.folder.path("data").join("targets.f32")).unwrap();
    // By row: 0, 8, 16, 2, 10, 18, …
    let values: Vec<f32> = values
        .chunks(4)
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
        .collect();
    assert_eq!(values[..6], [0.0, 8.0, 16.0, 2.0, 10.0, 18.0]);
}

#[test]
fn the_column_of_a_table_of_counts_is_cut_out_or_named() {
    let way = Way::new();
    let signal = way.folder.write("s.bedgraph", "chr1\t0\t9000\t1\n");
    let genes = "chr1\t2000\t3000\ta\t0\t+\nchr1\t4000\t5000\tb\t0\t+\nchr1\t6000\t7000\tc\t0\t+\n";
    let files = [
        (
            "rsem.tsv",
            "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n\
            a\ta1\t9\t8\t100\t1\t1\nb\tb1,b2\t9\t8\t0\t5\t1\nc\tc1\t9\t8\t10\t9\t1\n",
        ),
        (
            "quant.genes.sf",
            "Name\tLength\tEffectiveLength\tTPM\tNumReads\na\t9\t8\t1\t90\nb\t9\t8\t5\t1\nc\t9\t8\t9\t2\n",
        ),
        (
            "ReadsPerGene.out.tab",
            "N_unmapped\t900\t900\t900\nN_multimapping\t9\t9\t9\nN_noFeature\t9\t9\t9\n\
            N_ambiguous\t9\t9\t9\na\t1\t0\t1\nb\t5\t5\t0\nc\t9\t9\t0\n",
        ),
        ("matrix.csv", "gene,S1,S2\na,1,9\nb,5,5\nc,9,1\n"),
        (
            "counts.gct",
            "#1.2\n3\t2\nName\tDescription\tS1\tS2\na\tA\t1\t9\nb\tB\t5\t5\nc\tC\t9\t1\n",
        ),
    ];
    for (name, text) in files {
        let counts = way.folder.write(name, text);
        let bed = way.folder.write("three.bed", genes);
        let hm = |file: &Path, more: &[&str]| {
            let (out, mark) = (way.folder.path("l.csv"), format!("M={}", signal.display()));
            let mut all = vec![
                "prepare",
                "hm",
                "--bins",
                "4",
                "--mark",
                &mark,
                "--annotation",
                bed.to_str().unwrap(),
            ];
            all.extend(["--out", out.to_str().unwrap(), "--expression", file.to_str().unwrap()]);
            all.extend(more);
            run(all)
        };
        let labels = || {
            let text = fs::read_to_string(way.folder.path("l.csv")).unwrap();
            text.lines()
                .filter(|line| line.contains(",1,"))
                .filter(|line| line.split(',').nth(1) == Some("1"))
                .map(|line| line.ends_with('1'))
                .collect::<Vec<bool>>()
        };
        let said = hm(&counts, &[]).fails(1, &[name, "column"]).stderr;
        let between = |from: &str| {
            said.split(from)
                .nth(1)
                .and_then(|rest| rest.split('`').next())
                .unwrap()
                .to_owned()
        };
        let column = between("`--column ");
        hm(&counts, &["--column", &column]).succeeds();
        assert_eq!(labels(), [false, true, true], "{name}, --column {column}");
        let cut = format!("cut{}", between("`cut")).replace("FILE", &counts.display().to_string());
        let cut = Command::new("sh").args(["-c", &cut]).output().unwrap();
        let cut = way.folder.write("cut.txt", cut.stdout);
        hm(&cut, &[]).succeeds();
        assert_eq!(labels(), [false, true, true], "{name}, cut");
    }
}

/// Opens a genome as commands do that read parts of it; what is wrong with it.
fn opened(file: &Path, indexes: [Option<&Path>; 2]) -> Result<Genome<fs::File>, String> {
    let read = indexes.map(|index| index.map(|path| (path.display().to_string(), fs::read(path).unwrap())));
    let [fai, gzi] = &read;
    let indexes = Indexes {
        fai: fai.as_ref().map(|(file, bytes)| (file.as_str(), bytes.as_slice())),
        gzi: gzi.as_ref().map(|(file, bytes)| (file.as_str(), bytes.as_slice())),
    };
    let source = fs::File::open(file).unwrap();
    let mut turn = |_: u64, _: u64| ControlFlow::Continue(());
    Genome::open(&file.display().to_string(), source, indexes, &mut turn).map_err(|error| error.to_string())
}

#[test]
fn a_fasta_of_uneven_lines_is_wrapped_evenly() {
    let way = Way::new();
    let file = way
        .folder
        .write("g.fa", ">a x\nACGT\nAC\nGTACG\n>b\nTTTT\n>c\nAC\nACGT\n");
    let even = way.folder.path("even.fa");
    let said = opened(&file, [None; 2]).err().expect("uneven lines");
    way.run(&said, TRIED[6], &[("GENOME.fa", &file), ("EVEN.fa", &even)])
        .expect("awk");
    let mut genome = opened(&even, [None; 2]).expect("even lines");
    assert_eq!(genome.sequences(), ["a", "b", "c"]);
    assert_eq!([0, 1, 2].map(|at| genome.length(at).unwrap()), [11, 4, 6]);
}

#[test]
fn an_index_that_is_none_is_made_anew_and_gzip_is_packed_in_blocks() {
    let way = Way::new();
    let text = format!(">a\n{}\n>b\n{}\n", "ACGT".repeat(15), "GGCA".repeat(10));
    let file = way.folder.write("g.fa", &text);
    let fai = way.folder.write("g.fa.fai", "a\t60\n");
    let said = opened(&file, [Some(&fai), None]).err().expect("no index");
    if way
        .run(&said, "samtools faidx GENOME.fa", &[("GENOME.fa", &file)])
        .is_none()
    {
        return;
    }
    assert_eq!(opened(&file, [Some(&fai), None]).unwrap().length(1).unwrap(), 40);

    let (gz, bgz) = (
        way.folder.write("g.fa.gz", made::gzip(text.as_bytes())),
        way.folder.path("g.bgz.fa.gz"),
    );
    let said = opened(&gz, [None; 2]).err().expect("gzip compression in one stream");
    let names = [("GENOME.fa.gz", &*gz), ("GENOME.bgz.fa.gz", &*bgz)];
    if way.run(&said, TRIED[11], &names).is_none() {
        return;
    }
    let (fai, gzi) = (way.folder.path("g.bgz.fa.gz.fai"), way.folder.path("g.bgz.fa.gz.gzi"));
    assert_eq!(opened(&bgz, [Some(&fai), Some(&gzi)]).unwrap().length(1).unwrap(), 40);
}

#[test]
fn cram_becomes_bam() {
    let way = Way::new();
    let genome = format!(">chr1\n{0}\n>chr2\n{0}\n", "ACGTTGCA".repeat(1_250));
    let (genome, sam) = (way.folder.write("g.fa", genome), way.folder.write("s.sam", SAM));
    let (cram, bam) = (way.folder.path("s.cram"), way.folder.path("s.bam"));
    let made = Command::new("samtools")
        .args(["view", "-C", "-T"])
        .arg(&genome)
        .arg(&sam)
        .arg("-o")
        .arg(&cram)
        .output();
    if made.is_err() {
        eprintln!("skipped: samtools is not installed");
        return;
    }
    let said = way.hm(&cram, &[]).fails(1, &["a CRAM file"]).stderr;
    way.run(
        &said,
        TRIED[3],
        &[("GENOME.fa", &genome), ("FILE", &cram), ("OUT.bam", &bam)],
    )
    .expect("samtools");
    assert_eq!(way.bins(&bam), [1.0, 1.0, 2.0, 0.0]);
}

#[test]
fn reads_become_a_bedgraph_for_the_page() {
    let way = Way::new();
    let reads = way.folder.write("r.bed", "chr1\t10\t20\nchr1\t15\t30\n");
    let sizes = way.folder.write("sizes", "chr1\t100\n");
    let text = fs::read(&reads).unwrap();
    let said = Measured::open("r.bed", Cursor::new(text))
        .err()
        .expect("reads")
        .to_string();
    let Some(made) = way.run(&said, TRIED[8], &[("FILE", &reads), ("CHROM.SIZES", &sizes)]) else {
        return;
    };
    let mut measured = Measured::open("r.bedgraph", Cursor::new(fs::read(made).unwrap())).expect("a bedGraph");
    assert_eq!(measured.bins(0, 10, 2, 10, Summary::Sum).unwrap(), [15.0, 10.0]);
}

#[test]
fn bcf_becomes_vcf_and_a_region_is_cut_out() {
    let way = Way::new();
    let text = "##fileformat=VCFv4.3\n##contig=<ID=chr1,length=300000>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n\
        chr1\t100\t.\tA\tC\t.\t.\t.\nchr1\t250000\t.\tA\tC\t.\t.\t.\n";
    let vcf = way.folder.write("v.vcf", text);
    let (bcf, out) = (way.folder.path("v.bcf"), way.folder.path("out.vcf"));
    let made = Command::new("bcftools")
        .args(["view", "-Ob", "-o"])
        .arg(&bcf)
        .arg(&vcf)
        .output();
    if made.is_err() {
        eprintln!("skipped: bcftools is not installed");
        return;
    }
    let said = Vcf::read("v.bcf", &fs::read(&bcf).unwrap())
        .expect_err("BCF")
        .to_string();
    way.run(&said, TRIED[14], &[("FILE", &bcf), ("OUT.vcf", &out)])
        .expect("bcftools");
    assert_eq!(Vcf::read("out.vcf", &fs::read(&out).unwrap()).unwrap().rows.len(), 2);
    // Its message comes of more than 1 GiB.
    way.run(TRIED[15], TRIED[15], &[("FILE", &vcf), ("OUT.vcf", &out)])
        .expect("bcftools");
    assert_eq!(Vcf::read("out.vcf", &fs::read(&out).unwrap()).unwrap().rows.len(), 1);
}
