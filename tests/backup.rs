//! Backups made while people write and upload come back whole; damaged ones leave nothing behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::kill::{prepared, token};
use crate::support::rounds::bid_body;
use crate::support::service::{Service, command};
use crate::support::{Client, TestApp, TestDatabase};

/// Answers what the program did and said.
fn run(folder: &Path, url: &str, arguments: &[&str]) -> (Output, String) {
    let done = command(folder, url).args(arguments).output().unwrap();
    let said =
        String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done, said)
}

#[track_caller]
fn succeeds(folder: &Path, url: &str, arguments: &[&str]) -> String {
    let (done, said) = run(folder, url, arguments);
    assert!(done.status.success(), "{arguments:?}: {said}");
    said
}

/// What lies below a folder, by name.
fn below(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            names.extend(
                below(&entry.path())
                    .into_iter()
                    .map(|one| format!("{name}/{one}")),
            );
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

/// An empty place for an installation.
struct Place {
    folder: PathBuf,
    url: String,
}

impl Place {
    fn new(beside: &Path) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = beside.join(format!("restored_{number}"));
        fs::create_dir(&folder).unwrap();
        let url = format!("sqlite:{}", folder.join("biaogan.db").display());
        Self { folder, url }
    }

    fn restore(&self, archive: &Path) -> (Output, String) {
        run(
            &self.folder,
            &self.url,
            &["restore", &archive.display().to_string()],
        )
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// PostgreSQL has tools of its own: the commands say so and do nothing.
fn refused_on_postgres(database: &TestDatabase) -> bool {
    if database.url.starts_with("sqlite:") {
        return false;
    }
    for arguments in [["backup", "x.tar"], ["restore", "x.tar"]] {
        let (done, said) = run(&database.folder, &database.url, &arguments);
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(said.contains("pg_dump"), "{said}");
    }
    true
}

/// Saves and uploads until told to stop; a file goes for each that comes.
fn work(url: &str, branch: &str, bid: i64, topic: i64, stop: &AtomicBool) -> u32 {
    let client = Client::new(url, Some(token(url, branch)));
    let path = format!("/api/v1/bids/{bid}");
    let files = format!("{path}/attachments");
    let shown = client.get(&path).expect(200);
    let leader = shown.json["content"]["team"]["leader"].as_i64().unwrap();
    let (mut version, mut earlier, mut done) = (shown.version(), None, 0);
    while !stop.load(Ordering::SeqCst) {
        let body = bid_body(topic, leader, &format!("第 {done} 次保存"));
        version = client.put(&path, version, body).expect(200).version();
        let text = "附件里的话。".repeat(200 + (done as usize * 37) % 3000);
        let made = client
            .upload(&files, "方案.txt", "text/plain", text.as_bytes())
            .expect(201);
        if let Some(id) = earlier.replace(made.id())
            && done % 3 != 0
        {
            let gone = client.delete(&format!("/api/v1/attachments/{id}"));
            assert!(gone.status < 300, "{}", gone.text);
        }
        if done % 3 == 0 && done > 30 {
            earlier = None;
            for file in client.get(&files).json["items"]
                .as_array()
                .into_iter()
                .flatten()
            {
                client.delete(&format!("/api/v1/attachments/{}", file["id"]));
            }
        }
        version = client.get(&path).expect(200).version().max(version);
        done += 1;
    }
    done
}

/// So many; `BIAOGAN_BACKUPS=500` for a long run.
fn how_many() -> usize {
    std::env::var("BIAOGAN_BACKUPS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20)
}

#[test]
fn backups_made_while_people_write_and_upload_all_come_back() {
    let mut left = how_many();
    // What is written meanwhile grows, and with it each backup: a long run begins anew now and then.
    while left > 0 {
        let some = left.min(25);
        come_back(some);
        left -= some;
    }
}

fn come_back(many: usize) {
    let (database, drafts, topic) = prepared();
    if refused_on_postgres(&database) {
        return;
    }
    let service = Service::start(&database.folder, &database.url);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let workers: Vec<_> = drafts
            .iter()
            .map(|(branch, bid)| {
                let (url, stop) = (service.url.as_str(), &stop);
                scope.spawn(move || work(url, branch, *bid, topic, stop))
            })
            .collect();
        let outcome = std::panic::catch_unwind(|| {
            let mut files = 0;
            for number in 0..many {
                let archive = database.folder.join(format!("{number}.tar"));
                let name = archive.display().to_string();
                succeeds(&database.folder, &database.url, &["backup", &name]);
                let place = Place::new(&database.folder);
                let (done, said) = place.restore(&archive);
                assert!(done.status.success(), "backup {number}: {said}");
                // The restoring has looked at all of it: now and then the commands are asked as well.
                if number % 5 == 0 {
                    let ok = succeeds(&place.folder, &place.url, &["check"]);
                    assert!(ok.contains("every invariant holds"), "{ok}");
                    succeeds(&place.folder, &place.url, &["audit", "verify"]);
                }
                files += below(&place.folder.join("files")).len();
                fs::remove_file(&archive).unwrap();
            }
            files
        });
        stop.store(true, Ordering::SeqCst);
        let done: u32 = workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum();
        let files = outcome.unwrap();
        assert!(
            files > many && done > 20,
            "{files} files, {done} rounds of work"
        );
        eprintln!("{many} backups, {files} files in them, {done} rounds of work meanwhile");
    });
    assert!(
        below(&database.folder)
            .iter()
            .all(|name| !name.contains("partial"))
    );
}

/// A company with files, and one backup of it.
fn backed_up() -> Option<(TestDatabase, PathBuf)> {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    for number in 0..3 {
        let text = format!("第 {number} 份附件。").repeat(2000);
        app.api("yunwei")
            .upload(
                &format!("/api/v1/bids/{bid}/attachments"),
                "方案.txt",
                "text/plain",
                text.as_bytes(),
            )
            .expect(201);
    }
    let database = app.into_database();
    if refused_on_postgres(&database) {
        return None;
    }
    let archive = database.folder.join("whole.tar");
    succeeds(
        &database.folder,
        &database.url,
        &["backup", &archive.display().to_string()],
    );
    Some((database, archive))
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_is_left_of_it() {
    let Some((database, archive)) = backed_up() else {
        return;
    };
    let whole = fs::read(&archive).unwrap();
    let reference = Place::new(&database.folder);
    assert!(reference.restore(&archive).0.status.success());
    let sound = fs::read(reference.folder.join("biaogan.db")).unwrap();
    let damaged = database.folder.join("damaged.tar");
    let attempt = |bytes: &[u8], what: &str| -> bool {
        fs::write(&damaged, bytes).unwrap();
        let place = Place::new(&database.folder);
        let (done, said) = place.restore(&damaged);
        if done.status.success() {
            // What no reader of an archive looks at.
            assert_eq!(
                fs::read(place.folder.join("biaogan.db")).unwrap(),
                sound,
                "{what}"
            );
            assert_eq!(below(&place.folder), below(&reference.folder), "{what}");
            return true;
        }
        assert_eq!(done.status.code(), Some(1), "{what}: {said}");
        assert!(
            said.contains("was not restored") && said.lines().count() <= 3,
            "{what}: {said}"
        );
        assert_eq!(below(&place.folder), Vec::<String>::new(), "{what}");
        false
    };
    // The last KB are the archive's own end, of zeros.
    for part in 0..12 {
        let cut = (whole.len() - 1024) * part / 12 + 100 * part;
        assert!(!attempt(&whole[..cut], &format!("cut at {cut}")));
    }
    let mut harmless = 0;
    for part in 0..30 {
        let at = (whole.len() - 1025) * part / 30 + part * 7;
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        harmless += usize::from(attempt(&bytes, &format!("a flipped byte at {at}")));
    }
    assert!(harmless <= 3, "{harmless} of 30");
    for page in [2, 5, 20] {
        let at = whole
            .windows(15)
            .position(|part| part == b"SQLite format 3")
            .unwrap()
            + page * 4096;
        let mut bytes = whole.clone();
        bytes[at..at + 4096].fill(0);
        assert!(!attempt(&bytes, &format!("page {page} of zeros")));
    }
    // Something is there already: it stays as it is.
    let (done, said) = reference.restore(&archive);
    assert_eq!(done.status.code(), Some(1));
    assert!(said.contains("restore only where nothing is yet"), "{said}");
}

#[test]
fn a_backup_of_something_damaged_is_refused() {
    let Some((database, archive)) = backed_up() else {
        return;
    };
    let file = below(&database.folder.join("files")).remove(0);
    let path = database.folder.join("files").join(&file);
    let whole = fs::read(&path).unwrap();
    let target = database.folder.join("another.tar");
    let target = target.display().to_string();
    let key = file.rsplit('/').next().unwrap();
    let mut changed = whole.clone();
    changed[40] ^= 1;
    for (bytes, word) in [
        (changed, "was changed"),
        (whole[..40].to_vec(), "bytes instead of"),
    ] {
        fs::write(&path, bytes).unwrap();
        for arguments in [vec!["backup", &target], vec!["check"]] {
            let (done, said) = run(&database.folder, &database.url, &arguments);
            assert_eq!(done.status.code(), Some(1), "{said}");
            assert!(
                said.contains(key) && said.contains(word),
                "{arguments:?}: {said}"
            );
        }
    }
    fs::remove_file(&path).unwrap();
    let (done, said) = run(&database.folder, &database.url, &["check"]);
    assert!(
        !done.status.success() && said.contains("is missing"),
        "{said}"
    );
    let (done, said) = run(&database.folder, &database.url, &["backup", &target]);
    assert!(!done.status.success() && said.contains("missing"), "{said}");
    fs::write(&path, whole).unwrap();
    succeeds(&database.folder, &database.url, &["check"]);
    let (done, said) = run(
        &database.folder,
        &database.url,
        &["backup", &archive.display().to_string()],
    );
    assert!(!done.status.success() && said.contains("exists"), "{said}");
    assert!(
        below(&database.folder)
            .iter()
            .all(|name| !name.contains("partial"))
    );
}

#[test]
fn of_a_folder_of_backups_the_newest_stay() {
    let Some((database, archive)) = backed_up() else {
        return;
    };
    let folder = database.folder.join("backups");
    fs::create_dir(&folder).unwrap();
    for name in [
        "biaogan-20200101T000000Z.tar",
        "biaogan-20200102T000000Z.tar",
        "notes.tar",
    ] {
        fs::copy(&archive, folder.join(name)).unwrap();
    }
    fs::create_dir(folder.join("biaogan-20200103T000000Z.tar.partial")).unwrap();
    let target = folder.display().to_string();
    succeeds(
        &database.folder,
        &database.url,
        &["backup", &target, "--keep", "2"],
    );
    let names = below(&folder);
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.contains(&"notes.tar".to_owned()));
    assert!(names.contains(&"biaogan-20200102T000000Z.tar".to_owned()));
    assert!(!folder.join("biaogan-20200103T000000Z.tar.partial").exists());
    #[cfg(unix)]
    for name in names
        .iter()
        .filter(|name| name.starts_with("biaogan-202") && !name.starts_with("biaogan-2020"))
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
