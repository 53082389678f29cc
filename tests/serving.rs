//! Those who send slowly, do not read, or are under way when the service is asked to stop; what is compressed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::service::Service;
use crate::support::{Client, PASSWORD, TestApp, TestDatabase};

fn connected(service: &Service) -> TcpStream {
    let address = service.url.trim_start_matches("http://");
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
}

#[test]
fn what_is_under_way_is_finished_when_the_service_is_asked_to_stop() {
    let database = TestDatabase::with_company();
    for signal in ["INT", "TERM"] {
        let mut service = Service::start(&database.folder, &database.url);
        // Somebody who comes before the workers do would be let go.
        Client::new(&service.url, None).get("/healthz").expect(200);
        let body = json!({ "username": "office", "password": PASSWORD }).to_string();
        let (first, rest) = body.as_bytes().split_at(body.len() / 2);
        let mut stream = connected(&service);
        let head = format!(
            "POST /api/v1/session HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(first).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        service.signal(signal);
        std::thread::sleep(Duration::from_millis(700));
        let address = service.url.trim_start_matches("http://").to_owned();
        stream.write_all(rest).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201 "), "{signal}: {answer}");
        assert!(service.ends(20), "{signal}");
        assert!(TcpStream::connect(address).is_err(), "{signal}");
    }
}

#[test]
fn readers_who_do_not_read_hold_little() {
    let database = TestDatabase::with_company();
    let service = Service::start(&database.folder, &database.url);
    let whole = |encoding: &str| {
        let mut stream = connected(&service);
        let ask = format!(
            "GET /api/openapi.json HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{encoding}\r\n"
        );
        stream.write_all(ask.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer.len()
    };
    let (plain, gzipped) = (whole(""), whole("Accept-Encoding: gzip\r\n"));
    assert!(plain > 300_000 && gzipped < plain / 4, "{plain} {gzipped}");
    let before = service.most_memory(true);
    let readers: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = connected(&service);
            let ask = b"GET /api/openapi.json HTTP/1.1\r\nHost: here\r\n\r\n";
            stream.write_all(ask).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_secs(2));
    let held = service.most_memory(false) - before;
    drop(readers);
    assert!(held < 100 * 200, "{held} kB are held by 200 readers");
}

#[test]
fn static_files_and_pages_are_compressed_and_little_answers_are_not() {
    let app = TestApp::start();
    let ask = |path: &str| {
        app.client()
            .send("GET", path, &[("Accept-Encoding", "gzip")], &[])
            .expect(200)
    };
    for path in [
        "/static/app.css",
        "/static/app.js",
        "/",
        "/api/openapi.json",
        "/api/docs",
    ] {
        let answer = ask(path);
        assert_eq!(answer.header("content-encoding"), "gzip", "{path}");
        assert!(
            answer
                .header("vary")
                .to_lowercase()
                .contains("accept-encoding"),
            "{path}"
        );
        assert!(answer.bytes.starts_with(&[0x1f, 0x8b]), "{path}");
        let plain = app.client().get(path).expect(200);
        assert!(plain.bytes.len() > answer.bytes.len(), "{path}");
    }
    for path in ["/healthz", "/api/v1/public/cases"] {
        let answer = ask(path);
        assert_eq!(answer.header("content-encoding"), "", "{path}");
        assert_eq!(
            answer.header("content-length"),
            answer.bytes.len().to_string(),
            "{path}"
        );
    }
}
