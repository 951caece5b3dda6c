//! `regulens fetch`, against a server here that speaks Zenodo's API and breaks as servers do.

mod server;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
#[cfg(target_os = "linux")]
use std::time::SystemTime;
use std::time::{Duration, Instant};

use md5::{Digest, Md5};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use self::server::{Reply, Request, Server};
#[cfg(target_os = "linux")]
use crate::support::clock;
#[cfg(target_os = "linux")]
use crate::support::setup::{BLOCK, limited};
use crate::support::setup::{Folder, Outcome, regulens, trials};

/// Bytes that no two places of have in common, so that a piece at the wrong place changes the MD5.
fn content(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut draw = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| draw()).collect()
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file's entry as Zenodo gives it today.
fn entry(base: &str, name: &str, bytes: &[u8]) -> Value {
    json!({
        "id": "39922d36-4a0f-4650-9a07-53c703528e62",
        "key": name,
        "size": bytes.len(),
        "checksum": format!("md5:{}", md5(bytes)),
        "links": { "self": format!("{base}/api/records/7/files/{name}/content") },
    })
}

/// A record of these entries.
fn record(files: Value) -> Reply {
    Reply::json(json!({ "id": 7, "metadata": { "title": "Counts" }, "files": files }))
}

/// The command, without what this machine's network needs.
fn command(server: &Server, out: &Path) -> Command {
    of(regulens(), server, out)
}

/// The same, of a program that is started in another way.
fn of(mut command: Command, server: &Server, out: &Path) -> Command {
    for proxy in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env_remove(proxy);
    }
    command.args(["fetch", "7", "--mirror", &server.base, "--retry-delay", "0.01", "--out"]);
    command.arg(out);
    command
}

fn outcome(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(!stderr.contains("internal error"), "{stderr}");
    Outcome {
        code: output.status.code().expect("the program exits by itself"),
        stdout,
        stderr,
    }
}

fn start(server: &Server, out: &Path, flags: &[&str]) -> Child {
    let mut command = command(server, out);
    command.args(flags).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// `fetch 7 --mirror SERVER --out FOLDER/out`, with further flags.
fn fetch(server: &Server, folder: &Folder, flags: &[&str]) -> Outcome {
    outcome(start(server, &folder.path("out"), flags))
}

/// Files of the folder `out`, by name.
fn outputs(folder: &Folder) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.path("out")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A server with one file `a.csv`, whose content is replied to by `reply`: the request, and how many came for it
/// before.
fn with_file(bytes: &[u8], reply: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Server {
    let bytes = bytes.to_vec();
    Server::start(move |base, request, before| match request.path.as_str() {
        "/api/records/7" => record(json!([entry(base, "a.csv", &bytes)])),
        "/api/records/7/files/a.csv/content" => reply(request, before),
        _ => Reply::status(404),
    })
}

/// Requests for the content of `a.csv`, as their ranges.
fn ranges(server: &Server) -> Vec<Option<usize>> {
    let requests = server.requests();
    let of_content = requests.iter().filter(|request| request.path.ends_with("/content"));
    of_content.map(|request| request.from).collect()
}

#[test]
fn a_record_is_fetched_file_by_file_and_kept_when_fetched_again() {
    let (a, b) = (content(100_000), content(0));
    let (of_a, of_b) = (a.clone(), b.clone());
    let server = Server::start(move |base, request, _| match request.path.as_str() {
        "/api/records/7" => record(json!([entry(base, "a.csv", &of_a), entry(base, "b.txt", &of_b)])),
        "/api/records/7/files/a.csv/content" => Reply::of(request, &of_a),
        _ => Reply::status(404),
    });
    let folder = Folder::new();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert!(said.contains("record 7, Counts: 2 of 2 files"), "{said}");
    assert!(said.contains("a.csv: 100000 bytes, MD5 as in the record"), "{said}");
    assert_eq!(outputs(&folder), ["a.csv", "b.txt"]);
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), a);
    assert_eq!(fs::read(folder.path("out/b.txt")).unwrap(), b);

    let requests = server.requests().len();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert!(
        said.contains("a.csv: already there, with the right MD5; kept"),
        "{said}"
    );
    // The description of the record, and nothing more.
    assert_eq!(server.requests().len(), requests + 1);
}

#[test]
fn the_newer_form_of_the_api_is_read_too() {
    let bytes = content(1000);
    let of_server = bytes.clone();
    let server = Server::start(move |base, request, _| {
        let mut file = entry(base, "a.csv", &of_server);
        let description = format!("{base}/api/records/7/files/a.csv");
        file["links"] = json!({ "self": description, "content": format!("{description}/content") });
        match request.path.as_str() {
            "/api/records/7" => Reply::json(json!({
                "id": "7", "metadata": { "title": "Counts" }, "files": { "enabled": true },
            })),
            "/api/records/7/files" => Reply::json(json!({ "enabled": true, "entries": [file] })),
            "/api/records/7/files/a.csv" => Reply::json(file),
            "/api/records/7/files/a.csv/content" => Reply::of(request, &of_server),
            _ => Reply::status(404),
        }
    });
    let folder = Folder::new();
    fetch(&server, &folder, &[]).succeeds();
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}

#[test]
fn a_broken_connection_goes_on_where_it_broke() {
    let bytes = content(300_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, before| match before {
        0 => Reply::of(request, &of_server).cut(100_000),
        1 => Reply::of(request, &of_server).cut(50_000),
        _ => Reply::of(request, &of_server),
    });
    let folder = Folder::new();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert_eq!(ranges(&server), [None, Some(100_000), Some(150_000)]);
    assert!(
        said.contains("at byte 100000 of 300000; attempt 1 of 5 in 0.01 s"),
        "{said}"
    );
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
    assert_eq!(outputs(&folder), ["a.csv"]);
}

#[test]
fn attempts_are_counted_from_the_last_byte_that_came() {
    let bytes = content(10_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, _| Reply::of(request, &of_server).cut(1_000));
    let folder = Folder::new();
    // Ten pieces, each broken off, and one attempt more after each.
    fetch(&server, &folder, &["--retries", "1"]).succeeds();
    assert_eq!(ranges(&server).len(), 10);
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}

#[test]
fn a_later_run_goes_on_where_the_last_one_ended() {
    let bytes = content(50_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, before| match before {
        0 => Reply::of(request, &of_server).cut(20_000),
        1 => Reply::status(503),
        _ => Reply::of(request, &of_server),
    });
    let folder = Folder::new();
    let part = folder.path("out/a.csv.part").display().to_string();
    fetch(&server, &folder, &["--retries", "0"]).fails(
        1,
        &[
            "a.csv: ",
            "at byte 20000 of 50000",
            &format!("{part} holds 20000 of 50000 bytes"),
            "the same command",
        ],
    );
    assert_eq!(outputs(&folder), ["a.csv.part"]);
    assert_eq!(fs::read(&part).unwrap(), bytes[..20_000]);
    fetch(&server, &folder, &["--retries", "0"]).fails(1, &["status 503", "holds 20000 of 50000"]);
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert!(
        said.contains("a.csv: 20000 of 50000 bytes were downloaded before"),
        "{said}"
    );
    assert_eq!(ranges(&server), [None, Some(20_000), Some(20_000)]);
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
    assert_eq!(outputs(&folder), ["a.csv"]);
}

#[test]
fn a_server_that_knows_no_ranges_begins_again_and_that_is_said() {
    let bytes = content(50_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |_, before| {
        let whole = Reply::whole(&of_server);
        if before == 0 { whole.cut(30_000) } else { whole }
    });
    let folder = Folder::new();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert!(
        said.contains("the server did not resume where the download had stopped; started again"),
        "{said}"
    );
    assert_eq!(ranges(&server), [None, Some(30_000)]);
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}

#[test]
fn a_server_that_goes_on_at_another_byte_is_not_believed() {
    let bytes = content(50_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, before| match before {
        0 => Reply::of(request, &of_server).cut(30_000),
        1 => Reply::range(&of_server, 10_000),
        2 => Reply::of(request, &of_server).cut(20_000),
        3 => Reply::status(416),
        _ => Reply::of(request, &of_server),
    });
    let folder = Folder::new();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert!(
        said.contains("the server resumed at byte 10000; started again"),
        "{said}"
    );
    assert!(
        said.contains("the server does not have this range of the file (status 416)"),
        "{said}"
    );
    assert_eq!(ranges(&server), [None, Some(30_000), None, Some(20_000), None]);
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}

#[test]
fn a_changed_byte_is_found_and_the_file_fetched_once_more() {
    let bytes = content(50_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, before| {
        let mut bytes = of_server.clone();
        bytes[40_000] ^= u8::from(before == 0);
        Reply::of(request, &bytes)
    });
    let folder = Folder::new();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert!(
        said.contains(&format!("expected {}; started again", md5(&bytes))),
        "{said}"
    );
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}

/// A server with one file `a.csv`. By seed, each answer is whole, cut, damaged, a refusal, or of other bytes than were
/// asked for, until it is well again.
fn ill(bytes: &[u8], seed: u64, is_well: &Arc<AtomicBool>) -> Server {
    let (of_server, is_well) = (bytes.to_vec(), Arc::clone(is_well));
    with_file(bytes, move |request, before| {
        let good = Reply::of(request, &of_server);
        if is_well.load(Ordering::SeqCst) {
            return good;
        }
        let mut dice = ChaCha8Rng::seed_from_u64(seed << 16 | before as u64);
        let somewhere = dice.random_range(0..of_server.len());
        match dice.random_range(0..8) {
            0..3 => {
                let body = good.body.len().max(1);
                good.cut(somewhere % body)
            }
            3 => Reply::status([429, 500, 502, 503][somewhere % 4]),
            4 => Reply::whole(&of_server).cut(somewhere),
            5 => Reply::range(&of_server, somewhere),
            6 => {
                let mut damaged = of_server.clone();
                damaged[somewhere] ^= 1;
                Reply::of(request, &damaged)
            }
            _ => good,
        }
    })
}

/// The file is whole, or is not there and that was said.
#[track_caller]
fn is_whole_or_told(first: &Outcome, folder: &Folder, bytes: &[u8], what: &str) -> bool {
    let there = fs::read(folder.path("out/a.csv")).ok();
    match first.code {
        0 => assert_eq!(there.as_deref(), Some(bytes), "{what}"),
        1 => assert!(there.is_none(), "{what}"),
        code => panic!("exit {code}, {what}"),
    }
    first.code == 0
}

#[test]
fn whatever_the_network_does_a_file_is_whole_or_not_there_and_comes_when_it_is_back() {
    let mut failed = 0;
    for seed in trials(12) {
        let (bytes, is_well) = (content(20_000), Arc::default());
        let server = ill(&bytes, seed, &is_well);
        let folder = Folder::new();
        let first = fetch(&server, &folder, &["--retries", "2"]);
        let what = format!("seed {seed}: {}", first.stderr);
        failed += u64::from(!is_whole_or_told(&first, &folder, &bytes, &what));
        is_well.store(true, Ordering::SeqCst);
        fetch(&server, &folder, &[]).succeeds();
        assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes, "{what}");
        assert_eq!(outputs(&folder), ["a.csv"], "{what}");
    }
    assert!(failed > 0, "no network was bad enough");
}

/// By seed, the clock says another time whenever it is read, and what came before has any time.
#[cfg(target_os = "linux")]
#[test]
fn whatever_the_clock_says_a_file_is_whole_or_not_there_and_comes_from_where_it_was() {
    for seed in trials(6) {
        let (bytes, is_well) = (content(20_000), Arc::default());
        let server = ill(&bytes, seed, &is_well);
        let folder = Folder::new();
        let fetch = |flags: &[&str]| {
            let mut command = command(&server, &folder.path("out"));
            clock::jumps(&mut command, seed);
            let child = command
                .args(flags)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn();
            outcome(child.unwrap())
        };
        let first = fetch(&["--retries", "1"]);
        let what = format!("seed {seed}: {}", first.stderr);
        is_whole_or_told(&first, &folder, &bytes, &what);
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        for name in outputs(&folder) {
            let written = SystemTime::UNIX_EPOCH + Duration::from_secs(dice.random_range(0..1 << 32));
            let file = File::options()
                .append(true)
                .open(folder.path("out").join(name))
                .unwrap();
            file.set_modified(written).unwrap();
        }
        let held = fs::metadata(folder.path("out/a.csv.part")).map_or(0, |part| part.len() as usize);
        let before = ranges(&server).len();
        is_well.store(true, Ordering::SeqCst);
        fetch(&[]).succeeds();
        assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes, "{what}");
        assert_eq!(outputs(&folder), ["a.csv"], "{what}");
        if 0 < held && held < bytes.len() {
            assert_eq!(ranges(&server)[before], Some(held), "{what}");
        }
    }
}

/// By seed, files of a disk that takes so many bytes of each and no more, then of more.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_is_said_and_with_room_again_a_file_goes_on_where_it_was() {
    let mut refused = 0;
    for seed in trials(8) {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let files = ["a.csv", "b.csv"].map(|name| (name, content(dice.random_range(1..300_000))));
        let of_server = files.clone();
        let server = Server::start(move |base, request, before| {
            let all = of_server.iter().map(|(name, bytes)| entry(base, name, bytes)).collect();
            let asked = of_server.iter().find(|(name, _)| request.path.contains(name));
            match asked {
                None => record(all),
                // The connection may break as well.
                Some((_, bytes)) if before % 3 == 1 => Reply::of(request, bytes).cut(bytes.len() / 3),
                Some((_, bytes)) => Reply::of(request, bytes),
            }
        });
        let folder = Folder::new();
        let mut blocks = 0;
        for _ in 0..3 {
            blocks += dice.random_range(0..200_000 / BLOCK);
            let limited = of(limited(blocks), &server, &folder.path("out")).output().unwrap();
            let said = String::from_utf8_lossy(&limited.stderr).into_owned();
            let what = format!("seed {seed}, {blocks} blocks: {said}");
            let fit = files.iter().all(|(_, bytes)| bytes.len() <= blocks * BLOCK);
            assert_eq!(limited.status.code(), Some(i32::from(!fit)), "{what}");
            for (name, bytes) in &files {
                if let Ok(there) = fs::read(folder.path("out").join(name)) {
                    assert!(there == *bytes, "{what}: {name} is not the record's");
                }
                if let Ok(part) = fs::read(folder.path("out").join(format!("{name}.part"))) {
                    assert!(!part.is_empty(), "{what}: an empty part is left");
                    assert!(bytes.starts_with(&part), "{what}: {name}.part is none");
                    let goes_on = format!(
                        "holds {} of {} bytes; run the same command to resume",
                        part.len(),
                        bytes.len()
                    );
                    assert!(said.contains(&goes_on), "{what}");
                }
            }
            if !fit {
                refused += 1;
                assert!(
                    said.contains("Free some disk space, or write to another disk."),
                    "{what}"
                );
            }
        }
        let what = format!("seed {seed}, with room");
        let held = |name: &str| fs::metadata(folder.path("out").join(name)).map_or(0, |part| part.len() as usize);
        let held = files.clone().map(|(name, _)| held(&format!("{name}.part")));
        let before = server.requests().len();
        fetch(&server, &folder, &[]).succeeds();
        assert_eq!(outputs(&folder), ["a.csv", "b.csv"], "{what}");
        for ((name, bytes), held) in files.iter().zip(held) {
            assert!(
                fs::read(folder.path("out").join(name)).unwrap() == *bytes,
                "{what}: {name}"
            );
            let requests = server.requests();
            let first = requests[before..].iter().find(|request| request.path.contains(name));
            if 0 < held && held < bytes.len() {
                assert_eq!(first.and_then(|request| request.from), Some(held), "{what}: {name}");
            }
        }
    }
    assert!(refused > 0, "no run met its limit");
}

/// By seed, `kill -9` when so much has come.
#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_what_came_and_the_next_goes_on_from_there() {
    for seed in trials(8) {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let bytes = content(dice.random_range(2..200_000));
        let enough = dice.random_range(1..bytes.len());
        let (of_server, goes_on) = (bytes.clone(), Arc::new(AtomicBool::new(false)));
        let lets = Arc::clone(&goes_on);
        let server = with_file(&bytes, move |request, _| {
            let whole = Reply::of(request, &of_server);
            if lets.load(Ordering::SeqCst) {
                whole
            } else {
                whole.stall_after(enough)
            }
        });
        let folder = Folder::new();
        let part = folder.path("out/a.csv.part");
        let mut child = start(&server, &folder.path("out"), &[]);
        let deadline = Instant::now() + Duration::from_mins(1);
        // At some time before it waits for what does not come, or then.
        let awaited = dice.random_range(0..=enough) as u64;
        while fs::metadata(&part).map_or(0, |part| part.len()) < awaited {
            assert!(Instant::now() < deadline, "seed {seed}: {awaited} bytes come");
            thread::sleep(Duration::from_micros(dice.random_range(0..2_000)));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!folder.path("out/a.csv").exists(), "seed {seed}");
        let left = fs::read(&part).unwrap_or_default();
        assert!(bytes.starts_with(&left) && left.len() <= enough, "seed {seed}");
        goes_on.store(true, Ordering::SeqCst);
        let before = ranges(&server).len();
        fetch(&server, &folder, &[]).succeeds();
        assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes, "seed {seed}");
        assert_eq!(outputs(&folder), ["a.csv"], "seed {seed}");
        let from = Some(left.len()).filter(|from| *from > 0);
        assert!(
            ranges(&server)[before..].contains(&from),
            "seed {seed}: {:?}",
            ranges(&server)
        );
    }
}

/// By seed, the second begins at some time of the first.
#[test]
fn two_runs_at_once_leave_what_one_leaves() {
    for seed in trials(8) {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let bytes = content(dice.random_range(1..2_000_000));
        let of_server = bytes.clone();
        let server = with_file(&bytes, move |request, _| Reply::of(request, &of_server));
        let folder = Folder::new();
        let children = [0, 1].map(|_| {
            let child = start(&server, &folder.path("out"), &[]);
            thread::sleep(Duration::from_micros(dice.random_range(0..60_000)));
            child
        });
        let outcomes = children.map(outcome);
        for one in &outcomes {
            let told = one.code == 1 && one.stderr.contains("found another program writing to it");
            assert!(one.code == 0 || told, "seed {seed}: {}", one.stderr);
        }
        assert!(
            outcomes.iter().any(|one| one.code == 0),
            "seed {seed}: one of the two ends well"
        );
        assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes, "seed {seed}");
        assert_eq!(outputs(&folder), ["a.csv"], "seed {seed}");
    }
}

#[test]
fn a_file_that_comes_damaged_twice_is_not_kept_and_the_others_are_fetched() {
    let (good, mut bad) = (content(1_000), content(2_000));
    let (of_record, of_good) = (bad.clone(), good.clone());
    bad[7] ^= 1;
    let found = md5(&bad);
    let expected = md5(&of_record);
    let server = Server::start(move |base, request, _| match request.path.as_str() {
        "/api/records/7" => record(json!([
            entry(base, "bad.csv", &of_record),
            entry(base, "good.csv", &of_good)
        ])),
        "/api/records/7/files/bad.csv/content" => Reply::of(request, &bad),
        "/api/records/7/files/good.csv/content" => Reply::of(request, &of_good),
        _ => Reply::status(404),
    });
    let folder = Folder::new();
    fetch(&server, &folder, &[]).fails(
        1,
        &[
            "not fetched: bad.csv: found the MD5",
            &found,
            &format!("expected {expected}, as in the record"),
            "record 7: 1 of 2 files were not fetched (bad.csv)",
        ],
    );
    assert_eq!(outputs(&folder), ["good.csv"]);
    assert_eq!(fs::read(folder.path("out/good.csv")).unwrap(), good);
}

#[test]
fn a_part_of_another_file_is_begun_again() {
    let bytes = content(5_000);
    for other in [vec![7; 3_000], vec![7; 5_000], vec![7; 6_000]] {
        let of_server = bytes.clone();
        let server = with_file(&bytes, move |request, _| Reply::of(request, &of_server));
        let folder = Folder::new();
        fs::create_dir(folder.path("out")).unwrap();
        folder.write("out/a.csv.part", &other);
        let said = fetch(&server, &folder, &[]).succeeds().stderr;
        assert!(said.contains("started again"), "{said}");
        assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
        assert_eq!(outputs(&folder), ["a.csv"]);
    }
}

#[test]
fn another_file_of_the_name_is_never_overwritten() {
    let bytes = content(5_000);
    for other in [b"mine".to_vec(), vec![7; 5_000]] {
        let of_server = bytes.clone();
        let server = with_file(&bytes, move |request, _| Reply::of(request, &of_server));
        let folder = Folder::new();
        fs::create_dir(folder.path("out")).unwrap();
        let path = folder.write("out/a.csv", &other);
        let mut saying = vec![
            format!(
                "{}: found a different file there, with {} bytes",
                path.display(),
                other.len()
            ),
            format!("expected 5000 bytes with the MD5 {}", md5(&bytes)),
        ];
        if other.len() == bytes.len() {
            saying.push(format!("with the MD5 {}", md5(&other)));
        }
        let saying: Vec<&str> = saying.iter().map(String::as_str).collect();
        fetch(&server, &folder, &[]).fails(1, &saying);
        assert_eq!(fs::read(&path).unwrap(), other);
        assert!(ranges(&server).is_empty());
    }
}

#[test]
fn a_busy_server_is_asked_again_after_the_time_it_asks_for() {
    let bytes = content(1_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, before| match before {
        0 => Reply::status(429).header("Retry-After", "1"),
        1 | 2 => Reply::status(502),
        _ => Reply::of(request, &of_server),
    });
    let folder = Folder::new();
    let start = Instant::now();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
    assert!(
        said.contains("asks for fewer requests (status 429) at byte 0 of 1000; attempt 1 of 5 in 1 s"),
        "{said}"
    );
    assert!(said.contains("cannot answer now (status 502)"), "{said}");
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}

#[test]
fn a_server_that_stays_busy_is_left_with_what_to_do() {
    let server = with_file(b"abc", |_, _| Reply::status(500));
    let folder = Folder::new();
    fetch(&server, &folder, &["--retries", "2"]).fails(
        1,
        &[
            "status 500",
            "after 2 more attempts",
            "Try again later",
            "Nothing was received",
        ],
    );
    assert_eq!(ranges(&server).len(), 3);
    assert!(outputs(&folder).is_empty());

    let server = with_file(b"abc", |_, _| Reply::status(429).header("Retry-After", "86400"));
    fetch(&server, &folder, &[]).fails(1, &["requests a pause of 86400 s. Try again after that."]);
    assert_eq!(ranges(&server).len(), 1);
}

#[test]
fn the_description_is_asked_for_again_too() {
    let bytes = content(10);
    let server = Server::start(move |base, request, before| match (request.path.as_str(), before) {
        ("/api/records/7", 0) => Reply::status(503),
        ("/api/records/7", 1) => Reply::json(json!({ "id": 7 })).cut(3),
        ("/api/records/7", _) => record(json!([entry(base, "a.csv", &bytes)])),
        _ => Reply::of(request, &bytes),
    });
    let folder = Folder::new();
    fetch(&server, &folder, &[]).succeeds();
    assert_eq!(outputs(&folder), ["a.csv"]);
}

#[test]
fn what_the_server_does_not_have_or_refuses_is_said_and_not_asked_for_again() {
    let server = Server::start(|base, request, _| match request.path.as_str() {
        "/api/records/7" => record(json!([
            entry(base, "a.csv", b"a"),
            entry(base, "b.csv", b"b"),
            entry(base, "c.csv", b"c")
        ])),
        "/api/records/7/files/a.csv/content" => Reply::status(404),
        "/api/records/7/files/b.csv/content" => Reply::status(403),
        _ => Reply::of(request, b"c"),
    });
    let folder = Folder::new();
    fetch(&server, &folder, &[]).fails(
        1,
        &[
            "not fetched: a.csv: the server does not have it (status 404)",
            "b.csv: the server refuses access (status 403)",
            "2 of 3 files",
        ],
    );
    assert_eq!(server.requests().len(), 4);
    assert_eq!(outputs(&folder), ["c.csv"]);

    let server = Server::start(|_, _, _| Reply::status(404));
    fetch(&server, &folder, &[]).fails(
        1,
        &["/api/records/7: the server does not have it (status 404). Check the record's number"],
    );
}

#[test]
fn a_file_of_another_length_than_the_records_is_said_before_it_is_fetched() {
    let server = with_file(&content(5_000), |request, _| Reply::of(request, &content(4_000)));
    let folder = Folder::new();
    fetch(&server, &folder, &[]).fails(1, &["the server offers 4000 bytes; expected 5000"]);
    assert!(outputs(&folder).is_empty(), "{:?}", outputs(&folder));
}

#[test]
fn redirects_are_followed_with_the_range() {
    let bytes = content(50_000);
    let of_server = bytes.clone();
    let server = Server::start(move |base, request, before| match request.path.as_str() {
        "/api/records/7" => Reply::redirect(&format!("{base}/api/records/8")),
        "/api/records/8" => record(json!([entry(base, "a.csv", &of_server)])),
        "/api/records/7/files/a.csv/content" => Reply::redirect("/elsewhere"),
        "/elsewhere" if before == 0 => Reply::of(request, &of_server).cut(20_000),
        "/elsewhere" => Reply::of(request, &of_server),
        "/loop" => Reply::redirect("/loop"),
        _ => Reply::status(404),
    });
    let folder = Folder::new();
    fetch(&server, &folder, &[]).succeeds();
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
    let requests = server.requests();
    let last = requests.last().unwrap();
    assert_eq!((last.path.as_str(), last.from), ("/elsewhere", Some(20_000)));

    let server = Server::start(|_, _, _| Reply::redirect("/loop"));
    fetch(&server, &folder, &[]).fails(1, &["redirect"]);
}

#[test]
fn links_to_zenodo_lead_to_the_mirror() {
    let bytes = content(10);
    let server = Server::start(move |_, request, _| match request.path.as_str() {
        "/api/records/7" => record(json!([entry("https://zenodo.org", "a.csv", &bytes)])),
        "/api/records/7/files/a.csv/content" => Reply::of(request, &bytes),
        _ => Reply::status(404),
    });
    let folder = Folder::new();
    fetch(&server, &folder, &[]).succeeds();
    assert_eq!(outputs(&folder), ["a.csv"]);
}

#[test]
fn no_name_leaves_the_folder() {
    let names = [
        "../up.txt",
        "/tmp/absolute.txt",
        "in/side.txt",
        "..",
        "a\\b.txt",
        "\u{1b}[2J.txt",
    ];
    let server = Server::start(move |base, request, _| match request.path.as_str() {
        "/api/records/7" => {
            let link = format!("{base}/content");
            let named = |name| {
                let mut entry = entry(base, name, b"x");
                entry["links"]["self"] = link.as_str().into();
                entry
            };
            record(names.map(named).into_iter().collect())
        }
        _ => Reply::of(request, b"x"),
    });
    let folder = Folder::new();
    let before = folder.names();
    let said = fetch(&server, &folder, &[]).succeeds().stderr;
    assert_eq!(
        outputs(&folder),
        [
            "_",
            "_[2J.txt",
            "___up.txt",
            "_tmp_absolute.txt",
            "a_b.txt",
            "in_side.txt"
        ]
    );
    assert_eq!([before, vec!["out".to_owned()]].concat(), folder.names());
    assert!(said.contains(r#"___up.txt: named "../up.txt" in the record"#), "{said}");
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn two_files_that_would_be_one_are_refused() {
    for names in [["a/b", "a_b"], ["A.csv", "a.csv"], ["a", "a.part"]] {
        let server = Server::start(move |base, request, _| match request.path.as_str() {
            "/api/records/7" => record(names.map(|name| entry(base, name, b"x")).into_iter().collect()),
            _ => Reply::of(request, b"x"),
        });
        let folder = Folder::new();
        fetch(&server, &folder, &[]).fails(1, &["found two files that would both be written to"]);
        assert!(outputs(&folder).is_empty());
    }
}

#[test]
fn files_are_listed_and_chosen_by_pattern() {
    let names = ["E003.pt", "E004.pt", "notes.txt"];
    let server = Server::start(move |base, request, _| match request.path.as_str() {
        "/api/records/7" => record(
            names
                .map(|name| entry(base, name, name.as_bytes()))
                .into_iter()
                .collect(),
        ),
        path => {
            let name = path
                .trim_start_matches("/api/records/7/files/")
                .trim_end_matches("/content");
            Reply::of(request, name.as_bytes())
        }
    });
    let folder = Folder::new();
    let list = fetch(&server, &folder, &["--list"]).succeeds().stdout;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], format!("7\t{}\tE003.pt", md5(b"E003.pt")));
    assert_eq!(server.requests().len(), 1);
    assert!(!folder.path("out").exists());

    let list = fetch(&server, &folder, &["--list", "--only", "*.txt"])
        .succeeds()
        .stdout;
    assert!(list.ends_with("notes.txt\n") && list.lines().count() == 1, "{list}");
    fetch(&server, &folder, &["--only", "E00?.pt", "--only", "n*"]).succeeds();
    assert_eq!(outputs(&folder), names);
    fetch(&server, &folder, &["--only", "*.bam"]).fails(2, &["--only *.bam", "E003.pt, E004.pt, notes.txt"]);
}

#[test]
fn a_silent_connection_is_given_up() {
    let bytes = content(50_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, before| {
        let whole = Reply::of(request, &of_server);
        if before == 0 { whole.stall_after(20_000) } else { whole }
    });
    let folder = Folder::new();
    let said = fetch(&server, &folder, &["--timeout", "0.5"]).succeeds().stderr;
    assert!(said.contains("no data for 0.5 s at byte 20000 of 50000"), "{said}");
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let folder = Folder::new();
    let server = Server::start(|_, _, _| Reply::status(404));
    let base = server.base.clone();
    drop(server);
    let out = folder.path("out").display().to_string();
    crate::support::setup::run_line(format!(
        "fetch 7 --mirror {base} --retries 1 --retry-delay 0.01 --out {out}"
    ))
    .fails(
        1,
        &[
            &format!("{base}/api/records/7: the server cannot be reached"),
            "after 1 more attempts",
        ],
    );
}

#[test]
fn an_answer_that_is_no_record_says_what_it_is() {
    let folder = Folder::new();
    let page = || Reply::whole(b"<html>");
    for (reply, saying) in [
        (page(), "found no valid JSON"),
        (
            Reply::json(json!({ "id": 7, "metadata": { "access_right": "restricted" } })),
            "found no files (access: restricted)",
        ),
        (
            record(json!([{ "key": "a.csv", "links": {} }])),
            "found no size for a.csv",
        ),
        (record(json!([{ "size": 3 }])), "found a file without a name"),
    ] {
        let server = Server::start(move |_, request, _| match request.path.as_str() {
            "/api/records/7" => reply.clone(),
            _ => Reply::json(json!({ "enabled": true, "entries": [] })),
        });
        fetch(&server, &folder, &[]).fails(1, &[saying, "/api/records/7"]);
    }
    let server =
        Server::start(|_, _, _| record(json!([{ "key": "a.csv", "size": 3, "checksum": "crc32:1", "links": {} }])));
    fetch(&server, &folder, &[]).fails(1, &["not fetched: a.csv: found no MD5 in the record"]);
}

#[test]
fn wrong_usage_exits_with_2() {
    use crate::support::setup::run;
    run(["fetch", "7"]).fails(2, &["--out"]);
    run(["fetch", "seven", "--out", "o"]).fails(2, &["`seven` is not a record", "2652278"]);
    run(["fetch", "7", "--out", "o", "--mirror", "zenodo.org"]).fails(2, &["--mirror", "is not an address"]);
    run(["fetch", "7", "--out", "o", "--timeout", "0"]).fails(2, &["--timeout", "above zero"]);
}

#[test]
fn a_part_that_another_program_writes_to_is_left_alone() {
    let server = with_file(b"abc", |request, _| Reply::of(request, b"abc"));
    let folder = Folder::new();
    fs::create_dir(folder.path("out")).unwrap();
    let held = File::create(folder.path("out/a.csv.part")).unwrap();
    held.lock().unwrap();
    fetch(&server, &folder, &[]).fails(1, &["a.csv.part: found another program writing to it"]);
    assert!(ranges(&server).is_empty());
    drop(held);
    fetch(&server, &folder, &[]).succeeds();
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_came_and_says_how_to_go_on() {
    let bytes = content(50_000);
    let of_server = bytes.clone();
    let server = with_file(&bytes, move |request, before| {
        let whole = Reply::of(request, &of_server);
        if before == 0 { whole.stall_after(20_000) } else { whole }
    });
    let folder = Folder::new();
    let part = folder.path("out/a.csv.part");
    let child = start(&server, &folder.path("out"), &[]);
    let deadline = Instant::now() + Duration::from_mins(1);
    while fs::metadata(&part).map_or(0, |part| part.len()) < 20_000 {
        assert!(Instant::now() < deadline, "the first half comes");
        thread::sleep(Duration::from_millis(20));
    }
    let interrupted = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
    assert!(interrupted.unwrap().success());
    outcome(child).fails(
        130,
        &[&format!(
            "interrupted; {} holds 20000 of 50000 bytes; run the same command to resume",
            part.display()
        )],
    );
    assert_eq!(outputs(&folder), ["a.csv.part"]);
    fetch(&server, &folder, &[]).succeeds();
    assert_eq!(ranges(&server), [None, Some(20_000)]);
    assert_eq!(fs::read(folder.path("out/a.csv")).unwrap(), bytes);
}
