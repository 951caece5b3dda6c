//! Faults by seed: `kill -9`, a disk that fills, two runs at once, a clock that jumps. What is left is the old file or
//! the new one, never half of one.
//!
//! A few of each by default; `REGULENS_FAULTS=100` tries a hundred, `REGULENS_FAULTS=60-79` those with these seeds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
#[cfg(target_os = "linux")]
use std::time::SystemTime;
use std::time::{Duration, Instant};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::prepare::made;
#[cfg(target_os = "linux")]
use crate::support::clock;
use crate::support::setup::{BINS, Folder, MARKS, regulens, run, trials};
#[cfg(target_os = "linux")]
use crate::support::setup::{BLOCK, limited};

/// Something that the program writes.
struct Job {
    folder: Folder,
    /// Arguments that make the old files and those that make the new ones; both name the same files.
    old: Vec<String>,
    new: Vec<String>,
    /// The files, below the folder.
    files: &'static [&'static str],
    /// Flag that continues a run that was cut off.
    resume: Option<&'static str>,
    /// An index, and the file that it is of, where it is not used once it is the older one.
    index: Option<[&'static str; 2]>,
}

/// The content of each file; none where it is not there.
type Left = Vec<Option<Vec<u8>>>;

impl Job {
    fn command(&self, arguments: &[String]) -> Command {
        let mut command = regulens();
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    fn left(&self) -> Left {
        self.files
            .iter()
            .map(|file| fs::read(self.folder.path(file)).ok())
            .collect()
    }

    /// Puts back what a run left, and takes away all that is hidden or was kept to go on with.
    fn put(&self, left: &Left) {
        for (file, content) in self.files.iter().zip(left) {
            let path = self.folder.path(file);
            match content {
                Some(content) => fs::write(path, content).unwrap(),
                None => drop(fs::remove_file(path)),
            }
        }
        for path in self.partial() {
            fs::remove_file(path).unwrap();
        }
        for name in self.folder.names().iter().filter(|name| name.ends_with(".checkpoint")) {
            fs::remove_file(self.folder.path(name)).unwrap();
        }
    }

    /// Files without their name yet, in the folders of the others.
    fn partial(&self) -> Vec<PathBuf> {
        let folders: std::collections::BTreeSet<PathBuf> = self
            .files
            .iter()
            .map(|file| self.folder.path(file).parent().unwrap().to_owned())
            .collect();
        folders
            .iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "partial"))
            .collect()
    }

    /// Runs to its end; gives what is left and how long it took.
    fn whole(&self, arguments: &[String]) -> (Left, Duration) {
        let begin = Instant::now();
        succeeds(&self.command(arguments).output().unwrap());
        (self.left(), begin.elapsed())
    }

    /// As it was cut off, with or without something to go on with.
    fn again(&self) -> Vec<String> {
        let resumes = self
            .resume
            .filter(|_| self.folder.names().iter().any(|name| name.ends_with(".checkpoint")));
        self.new.iter().cloned().chain(resumes.map(str::to_owned)).collect()
    }

    /// The two states that may be left, and the time of a run.
    fn states(&self) -> (Left, Left, Duration) {
        let (old, _) = self.whole(&self.old);
        let (new, time) = self.whole(&self.new);
        for (at, file) in self.files.iter().enumerate() {
            assert!(old[at].is_some() && new[at].is_some(), "{file} is written");
        }
        assert_ne!(old, new, "old and new can be told apart");
        (old, new, time)
    }

    /// Each file is the old one or the new one. A folder whose files belong together has none of its description while
    /// they change.
    #[track_caller]
    fn is_old_or_new(&self, old: &Left, new: &Left, what: &str) {
        let left = self.left();
        let together = self.files.iter().position(|file| file.ends_with("dataset.json"));
        if let Some(at) = together {
            let whole = left[at].is_none() || left == *old || left == *new;
            assert!(whole, "{what}: the folder is of two datasets");
            return;
        }
        for (at, file) in self.files.iter().enumerate() {
            assert!(
                left[at] == old[at] || left[at] == new[at],
                "{what}: {file} is neither old nor new"
            );
        }
    }

    /// `kill -9` at a time of the run, or as soon as so much has been written.
    fn survives_kills(&self, seed: u64, few: u64) {
        let (old, new, time) = self.states();
        let size = new.iter().flatten().map(Vec::len).max().unwrap() as f64;
        let mut killed = 0;
        for trial in trials(few) {
            let mut dice = ChaCha8Rng::seed_from_u64(seed ^ trial << 32);
            self.put(&old);
            let mut child = self.command(&self.new).spawn().unwrap();
            if trial % 2 == 0 {
                thread::sleep(time.mul_f64(dice.random_range(0.0..1.1)));
            } else {
                let enough = (size * dice.random_range(0.0..1.0)) as u64;
                let written = |path: &PathBuf| fs::metadata(path).is_ok_and(|there| there.len() >= enough);
                let patience = Instant::now() + Duration::from_mins(2);
                while child.try_wait().unwrap().is_none() && !self.partial().iter().any(written) {
                    assert!(Instant::now() < patience, "trial {trial}: the run does not end");
                }
            }
            killed += u64::from(child.kill().is_ok() && !child.wait().unwrap().success());
            self.is_old_or_new(&old, &new, &format!("kill, trial {trial}"));
            let (left, _) = self.whole(&self.again());
            assert!(
                left == new,
                "after a kill, trial {trial}, the next run gives what it always gives"
            );
            #[cfg(unix)]
            assert!(
                self.partial().is_empty(),
                "after a kill, trial {trial}, the next run clears up"
            );
        }
        assert!(killed > 0, "no run was killed before its end");
    }

    /// A disk that takes so many bytes of a file and no more.
    #[cfg(target_os = "linux")]
    fn survives_full_disks(&self, seed: u64, few: u64) {
        let (old, new, _) = self.states();
        let most = new.iter().flatten().map(Vec::len).max().unwrap() / BLOCK;
        let mut refused = 0;
        for trial in trials(few) {
            let mut dice = ChaCha8Rng::seed_from_u64(seed ^ trial << 32);
            self.put(&old);
            let blocks = dice.random_range(0..=most);
            let output = limited(blocks).args(&self.new).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let what = format!("trial {trial}, {blocks} blocks: {said}");
            self.is_old_or_new(&old, &new, &what);
            assert!(self.partial().is_empty(), "{what}: something without a name is left");
            if output.status.success() {
                assert!(self.left() == new, "{what}: it did not say that it failed");
                continue;
            }
            refused += 1;
            assert_eq!(output.status.code(), Some(1), "{what}");
            assert!(
                said.contains("Free some disk space, or write to another disk."),
                "{what}"
            );
            let (left, _) = self.whole(&self.again());
            assert!(left == new, "with room again, {what}");
        }
        assert!(refused > 0, "no run met its limit");
    }

    /// Two runs at once: each gives its files whole or says why not.
    fn survives_another(&self, few: u64) {
        let (old, new, _) = self.states();
        for trial in trials(few) {
            self.put(&old);
            let children = [0, 1].map(|_| self.command(&self.new).spawn().unwrap());
            let outputs = children.map(|child| child.wait_with_output().unwrap());
            for output in &outputs {
                let said = String::from_utf8_lossy(&output.stderr);
                // The later one may meet what the earlier one keeps to go on with.
                let told = output.status.code() == Some(2) && said.contains("--resume");
                assert!(output.status.success() || told, "trial {trial}: {said}");
            }
            assert!(
                outputs.iter().any(|output| output.status.success()),
                "trial {trial}: one of the two ends well"
            );
            assert!(self.left() == new, "trial {trial}: two runs leave what one leaves");
            assert!(self.partial().is_empty());
        }
    }

    /// A clock that jumps: at its first run, which half of the trials end by force, and at the next; and files of any
    /// time, what the first run left among them.
    #[cfg(target_os = "linux")]
    fn survives_a_clock_that_jumps(&self, seed: u64, few: u64) {
        let (old, new, time) = self.states();
        for trial in trials(few) {
            let seed = seed ^ trial << 32;
            let mut dice = ChaCha8Rng::seed_from_u64(seed);
            self.put(&old);
            self.date(&mut dice);
            let jumping = |arguments: &[String], seed| {
                let mut command = self.command(arguments);
                clock::jumps(&mut command, seed);
                command
            };
            let mut child = jumping(&self.new, seed).spawn().unwrap();
            if trial % 2 == 0 {
                thread::sleep(time.mul_f64(dice.random_range(0.0..1.0)));
                let _ = child.kill();
            }
            let what = format!("clock, trial {trial}");
            self.has_ended(&child.wait_with_output().unwrap(), &what);
            self.is_old_or_new(&old, &new, &what);
            self.date(&mut dice);
            self.has_ended(&jumping(&self.again(), seed ^ 1).output().unwrap(), &what);
            if self.is_index_older() {
                self.is_old_or_new(&old, &new, &what);
                self.renew_index();
                self.has_ended(&jumping(&self.again(), seed ^ 2).output().unwrap(), &what);
            }
            assert!(self.left() == new, "{what}: the next run gives what it always gives");
            assert!(self.partial().is_empty(), "{what}: the next run clears up");
        }
    }

    /// A run that was not killed ended well, or said that an index is older than the file that it is of, where it is.
    #[cfg(target_os = "linux")]
    #[track_caller]
    fn has_ended(&self, output: &Output, what: &str) {
        let said = String::from_utf8_lossy(&output.stderr);
        match self.index {
            _ if output.status.code().is_none() => {}
            Some([index, _]) if self.is_index_older() => {
                assert_eq!(output.status.code(), Some(1), "{what}: {said}");
                assert!(said.contains(index) && said.contains("older"), "{what}: {said}");
            }
            _ => assert!(output.status.success(), "{what}: {said}"),
        }
    }

    #[cfg(target_os = "linux")]
    fn is_index_older(&self) -> bool {
        let written = |name| fs::metadata(self.folder.path(name)).unwrap().modified().unwrap();
        self.index.is_some_and(|[index, of]| written(index) < written(of))
    }

    /// Writes the index again.
    #[cfg(target_os = "linux")]
    fn renew_index(&self) {
        let [index, of] = self.index.expect("only an index is too old");
        let written = fs::metadata(self.folder.path(of)).unwrap().modified().unwrap();
        let file = fs::File::options().append(true).open(self.folder.path(index)).unwrap();
        file.set_modified(written).unwrap();
    }

    /// Gives every file a time between 1970 and 2106.
    #[cfg(target_os = "linux")]
    fn date(&self, dice: &mut ChaCha8Rng) {
        for path in self.all() {
            let seconds = Duration::from_secs(dice.random_range(0..1 << 32));
            let file = fs::File::options().append(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + seconds).unwrap();
        }
    }

    /// All files, in the folder's folders too.
    #[cfg(target_os = "linux")]
    fn all(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.folder.path("")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { &mut folders } else { &mut files }.push(path);
            }
        }
        files.sort();
        files
    }
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A model as 16 bits is to become one as 32, or PyTorch's.
fn export() -> Job {
    let folder = Folder::new();
    let model = text(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../models/attentive-chrome-k562.safetensors"
    )));
    let out = text(&folder.path("out.safetensors"));
    Job {
        old: words(["export", &model, "--dtype", "f16", "--out", &out]),
        new: words(["export", &model, "--dtype", "f32", "--out", &out]),
        files: &["out.safetensors"],
        resume: None,
        index: None,
        folder,
    }
}

/// A table of three hundred genes from bigWig and BAM.
fn prepare_hm() -> Job {
    const GENES: usize = 300;
    let folder = Folder::new();
    let level: Vec<_> = (0..6_000)
        .map(|step| (step * 100, step * 100 + 60, (step % 97) as f32))
        .collect();
    let signal = folder.write("a.bw", made::bigwig(&[("chr1", 600_000, &level)]));
    let genes: String = (0..GENES)
        .map(|gene| {
            let start = 5_000 + gene * 1_900;
            format!(
                "chr1\tx\tgene\t{start}\t{}\t.\t+\t.\tgene_id \"G{gene}\";\n",
                start + 900
            )
        })
        .collect();
    let reads: Vec<_> = (0..5_000).map(|step| made::read(0, step * 119, 36)).collect();
    let (bam, index) = made::bam(&[("chr1", 600_000)], &reads);
    let reads = folder.write("b.bam", bam);
    folder.write("b.bam.bai", index);
    let (annotation, out) = (folder.write("genes.gtf", genes), folder.path("table.csv"));
    let with = |bins: &str| {
        let mut all = words([
            "prepare",
            "hm",
            "--annotation",
            &text(&annotation),
            "--out",
            &text(&out),
        ]);
        all.extend(words(["--bins", bins]));
        for (mark, file) in MARKS.iter().zip([&signal, &signal, &signal, &signal, &reads]) {
            all.extend(["--mark".to_owned(), format!("{mark}={}", text(file))]);
        }
        all
    };
    Job {
        old: with("20"),
        new: with("40"),
        files: &["table.csv", "table.notes.tsv"],
        resume: None,
        index: None,
        folder,
    }
}

/// A folder of windows with two tracks.
fn prepare_tracks() -> Job {
    let folder = Folder::new();
    let mut dice = ChaCha8Rng::seed_from_u64(5);
    let mut dna = |length: usize| -> String {
        (0..length)
            .map(|_| char::from(b"ACGT"[(dice.next_u32() % 4) as usize]))
            .collect()
    };
    let text_of = format!(
        ">chrI\n{}\n>chrII\n{}\n>chrIII\n{}\n",
        dna(120_000),
        dna(40_000),
        dna(40_000)
    );
    let fasta = text(&folder.write("genome.fa", text_of));
    folder.write(
        "genome.fa.fai",
        "chrI\t120000\t6\t120000\t120001\nchrII\t40000\t120014\t40000\t40001\nchrIII\t40000\t160023\t40000\t40001\n",
    );
    let rows: String = ["chrI", "chrII", "chrIII"]
        .iter()
        .flat_map(|name| (0..1_300).map(move |at| format!("{name}\t{}\t{}\t{}\n", at * 30, at * 30 + 15, at % 31)))
        .collect();
    let graph = text(&folder.write("a.bedgraph", rows));
    let out = text(&folder.path("data"));
    let with = |tracks: &[&str]| {
        let mut all = words(["prepare", "tracks", "--fasta", &fasta, "--out", &out]);
        all.extend(words(["--bin-size", "10", "--length", "800", "--buffer", "20"]));
        all.extend(words(["--train", "chrI", "--valid", "chrII", "--test", "chrIII"]));
        for name in tracks {
            all.extend(["--track".to_owned(), format!("{name}={graph}")]);
        }
        all
    };
    Job {
        old: with(&["A"]),
        new: with(&["A", "B"]),
        files: &[
            "data/sequences.u8",
            "data/targets.f32",
            "data/mask.u8",
            "data/dataset.json",
        ],
        resume: None,
        index: Some(["genome.fa.fai", "genome.fa"]),
        folder,
    }
}

/// A model of some epochs, with a checkpoint after each.
fn train() -> Job {
    let folder = Folder::new();
    let [train, valid] =
        [("train.csv", 1), ("valid.csv", 2)].map(|(name, seed)| folder.simulated(name, 60, BINS, seed));
    let with = |epochs: &str, rate: &str| {
        let mut all = words(["train", "attentive-chrome", "--no-baselines", "--bin-rnn-size", "8"]);
        all.extend(words(["--train", &text(&train), "--valid", &text(&valid)]));
        all.extend(words(["--out", &text(&folder.path("model.safetensors"))]));
        all.extend(words(["--epochs", epochs, "--learning-rate", rate, "--threads", "1"]));
        all
    };
    Job {
        old: with("1", "1e-2"),
        new: with("12", "1e-3"),
        files: &["model.safetensors"],
        resume: Some("--resume"),
        index: None,
        folder,
    }
}

#[test]
fn an_export_that_is_killed_leaves_the_old_file_or_the_new_one() {
    export().survives_kills(1, 10);
}

#[test]
fn a_preparation_that_is_killed_leaves_old_files_or_new_ones() {
    prepare_hm().survives_kills(2, 8);
    prepare_tracks().survives_kills(3, 8);
}

#[test]
fn a_training_that_is_killed_leaves_the_old_model_or_the_new_one_and_goes_on() {
    train().survives_kills(4, 8);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_leaves_the_old_file_and_is_said() {
    export().survives_full_disks(5, 8);
    prepare_hm().survives_full_disks(6, 6);
    prepare_tracks().survives_full_disks(7, 6);
    train().survives_full_disks(8, 6);
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_to_a_full_device_is_said() {
    let job = export();
    let model = job.new[1].clone();
    run(["export", &model, "--dtype", "f32", "--out", "/dev/full"])
        .fails(1, &["/dev/full: ", "Free some disk space, or write to another disk."]);
}

#[test]
fn two_runs_at_once_leave_what_one_leaves() {
    export().survives_another(4);
    prepare_hm().survives_another(2);
    prepare_tracks().survives_another(2);
    train().survives_another(2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_clock_that_jumps_changes_nothing() {
    export().survives_a_clock_that_jumps(9, 4);
    prepare_hm().survives_a_clock_that_jumps(10, 4);
    prepare_tracks().survives_a_clock_that_jumps(11, 4);
    train().survives_a_clock_that_jumps(12, 4);
}
