//! Files: names are for people, bytes are streamed both ways and lie encrypted, and only readers of the bid get them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::service::Service;
use crate::support::{Client, TestApp};

mod versions;

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_name_is_kept_for_people_and_never_used_as_a_path() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}/attachments");
    let yunwei = app.api("yunwei");
    let canary = "附件里的话七四三九";
    for (name, shown) in [
        ("../../../etc/方案.txt", "方案.txt"),
        // In a header a backslash is written twice.
        (r"C:\\temp\\方案.txt", "方案.txt"),
        ("<script>.txt", "<script>.txt"),
        ("方\r\n案.txt", "方案.txt"),
    ] {
        let made = yunwei.upload(&path, name, "text/plain", canary.as_bytes());
        // A client may refuse to send such a name at all; the service never takes it for a folder.
        if made.status != 201 {
            assert!([400, 422].contains(&made.status), "{name}: {}", made.text);
            continue;
        }
        assert_eq!(made.json["name"], shown, "{name}");
        let got = yunwei
            .get(&format!("/api/v1/attachments/{}", made.id()))
            .expect(200);
        assert_eq!(got.bytes, canary.as_bytes());
        assert!(got.header("content-disposition").starts_with("attachment;"));
        assert!(!got.header("content-disposition").contains('<'));
    }
    let stored = files_below(&app.app.files);
    assert!(stored.len() >= 2, "{stored:?}");
    for file in stored {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            name.len() == 32 && name.chars().all(|c| c.is_ascii_hexdigit()),
            "{name}"
        );
        let bytes = fs::read(&file).unwrap();
        assert!(
            !bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes()),
            "{name} lies plain"
        );
    }
}

const SIZE: usize = 20 * 1024 * 1024;

/// Sends a PDF of 20 MB a little at a time, never holding it; answers its id.
fn stream_up(url: &str, token: &str, bid: i64) -> i64 {
    let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n";
    let tail = "\r\n--edge--\r\n";
    let filler = SIZE - "%PDF-1.7\n".len();
    let mut stream = connect(url);
    write!(
        stream,
        "POST /api/v1/bids/{bid}/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: {}\r\n\r\n{head}",
        head.len() + filler + tail.len()
    )
    .unwrap();
    let part = [b' '; 16 * 1024];
    let mut left = filler;
    while left > 0 {
        let now = left.min(part.len());
        stream.write_all(&part[..now]).unwrap();
        left -= now;
    }
    stream.write_all(tail.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let (_, rest) = answer.split_once("\"id\":").unwrap();
    rest.split(',').next().unwrap().parse().unwrap()
}

/// Reads a file a little at a time, never holding it; answers how many bytes came.
fn stream_down(url: &str, token: &str, id: i64) -> usize {
    let mut stream = connect(url);
    write!(
        stream,
        "GET /api/v1/attachments/{id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut reader = BufReader::with_capacity(16 * 1024, stream);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line == "\r\n" {
            break;
        }
        assert!(!line.is_empty(), "the answer ends in its head");
    }
    let mut part = [0u8; 16 * 1024];
    let mut count = 0;
    loop {
        match reader.read(&mut part).unwrap() {
            0 => return count,
            now => count += now,
        }
    }
}

fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.trim_start_matches("http://")).unwrap()
}

#[test]
fn large_files_pass_through_without_lying_in_memory() {
    let (database, drafts, _) = crate::kill::prepared();
    let (username, bid) = drafts[0].clone();
    let service = Service::start(&database.folder, &database.url);
    let token = crate::kill::token(&service.url, &username);
    // Whatever the service sets up for its first file is set up.
    Client::new(&service.url, Some(token.clone()))
        .upload(
            &format!("/api/v1/bids/{bid}/attachments"),
            "a.txt",
            "text/plain",
            "一".as_bytes(),
        )
        .expect(201);
    let before = service.most_memory(true);
    let all_at_once = |one: &(dyn Fn() -> usize + Sync)| -> Vec<usize> {
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        })
    };
    let ids = all_at_once(&|| usize::try_from(stream_up(&service.url, &token, bid)).unwrap());
    let one = i64::try_from(ids[0]).unwrap();
    let counts = all_at_once(&|| stream_down(&service.url, &token, one));
    assert_eq!(counts, [SIZE; 4]);
    // Four files of 20 MB up and down: held whole, even one of them would show.
    let grown = service.most_memory(false) - before;
    assert!(grown < 16 * 1024, "{grown} kB more at the height");
}

#[test]
fn after_the_opening_readers_get_what_was_submitted_and_no_more() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let yunwei = app.api("yunwei");
    let path = format!("/api/v1/bids/{bid}/attachments");
    let upload = |name: &str, text: &str| {
        let made = yunwei.upload(&path, name, "text/plain", text.as_bytes());
        format!("/api/v1/attachments/{}", made.expect(201).id())
    };
    let submitted = upload("方案.txt", "提交的");
    app.api("yunwei.sj")
        .post(&format!("/api/v1/bids/{bid}/submit"), json!({}))
        .expect(200);
    let later = upload("后来.txt", "提交以后加的");
    for outsider in ["office", "supervisor", "renhou", "reviewer1"] {
        app.api(outsider).get(&submitted).expect(404);
    }
    app.visitor().get(&submitted).expect(401);
    round.open();
    for reader in ["office", "supervisor", "yunwei"] {
        let got = app.api(reader).get(&submitted).expect(200);
        assert_eq!(got.bytes, "提交的".as_bytes());
    }
    app.api("office").get(&later).expect(404);
    yunwei.get(&later).expect(200);
    app.api("office").get(&path).expect(200).lacks("后来.txt");
    for outsider in ["renhou", "reviewer1"] {
        app.api(outsider).get(&submitted).expect(404);
    }
}
