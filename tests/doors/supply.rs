//! What is promised beside the program: which tests hold the tables of `docs/security.md`, what is built in, what the
//! proxy hides, which secret is good, and that forms of other sites do nothing.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use actix_web::http::Method;
use biaogan::routes::{self, Access};

use crate::support::{Client, TestApp, multipart};

fn file(path: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    fs::read_to_string(format!("{root}/{path}")).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Where a test of this name stands: under `tests/`, or as a unit test under `src/`.
fn is_there(name: &str) -> bool {
    let (module, function) = name.rsplit_once("::").unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let path = module.trim_end_matches("::tests").replace("::", "/");
    let folder = if module.ends_with("::tests") {
        "src"
    } else {
        "tests"
    };
    ["", "/mod"].iter().any(|end| {
        let text = fs::read_to_string(format!("{root}/{folder}/{path}{end}.rs"));
        let text = text.unwrap_or_default();
        let start = format!("fn {function}(");
        let mut at = text.match_indices(&start);
        at.any(|(at, _)| text[..at].trim_end().ends_with(']'))
    })
}

/// Names of tests in a text: `module::name`.
fn named(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let named = quoted.filter(|name| {
        let word = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        name.contains("::") && name.split("::").all(word)
    });
    named.collect()
}

#[test]
fn every_test_that_is_named_is_there() {
    let text = file("docs/security.md");
    let all = named(&text);
    assert!(all.len() > 80, "only {} names", all.len());
    let missing: BTreeSet<&str> = all.into_iter().filter(|name| !is_there(name)).collect();
    assert_eq!(missing, BTreeSet::new());
    assert!(!is_there("doors::supply::no_such_test"));
}

#[test]
fn every_cell_of_the_threats_names_a_test_or_says_that_they_can() {
    const WHAT: [&str; 6] = [
        "draft",
        "sealed bid",
        "marks before the lock",
        "votes",
        "result",
        "contract",
    ];
    let text = file("docs/security.md");
    let (_, threats) = text.split_once("\n## Threats\n").unwrap();
    let (threats, _) = threats.split_once("\n## ").unwrap();
    let people: Vec<&str> = threats.split("\n### ").skip(1).collect();
    assert_eq!(people.len(), 11, "branch to network");
    for one in people {
        let rows: Vec<Vec<&str>> = one
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| what |"))
            .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
            .collect();
        let of: Vec<&str> = rows.iter().map(|row| row[0]).collect();
        assert_eq!(of, WHAT, "{one}");
        for row in rows {
            let can = row[1]
                .split(' ')
                .any(|word| word.trim_matches(',') == "can");
            assert!(can || !named(row[2]).is_empty(), "{row:?} in {one}");
        }
    }
}

#[test]
fn every_control_names_a_test_or_says_what_is_left() {
    let text = file("docs/security.md");
    let (_, controls) = text.split_once("\n## Application controls\n").unwrap();
    let (controls, _) = controls.split_once("\n## ").unwrap();
    let rows = controls.lines().filter(|line| line.starts_with("| "));
    let mut count = 0;
    for row in rows.filter(|row| !row.starts_with("| control |")) {
        let says = ["left: ", " no ", "as V"]
            .iter()
            .any(|word| row.contains(word));
        assert!(says || !named(row).is_empty(), "{row}");
        count += 1;
    }
    assert!(count > 25, "{count} controls");
}

#[test]
fn nothing_that_is_built_in_is_banned() {
    let rules = file("deny.toml");
    let (_, banned) = rules.split_once("[bans]").unwrap();
    let banned: Vec<&str> = banned
        .lines()
        .filter_map(|line| line.split_once("crate = \"")?.1.split('"').next())
        .collect();
    assert!(banned.contains(&"rsa"), "{banned:?}");
    let lock = file("Cargo.lock");
    let built: BTreeSet<&str> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .collect();
    assert!(built.contains("diesel"));
    for one in banned {
        assert!(!built.contains(one), "{one} is in Cargo.lock");
    }
}

/// Codes that stand in an address reach no log, and what counts requests nobody outside.
#[test]
fn the_proxy_of_the_readme_hides_what_it_has_to() {
    let text = file("README.md");
    let (_, proxy) = text.split_once("```nginx").unwrap();
    let (proxy, _) = proxy.split_once("```").unwrap();
    assert!(proxy.contains("location = /metrics { return 404; }"));
    let (_, unlogged) = proxy.split_once("location ~ ").unwrap();
    let (pattern, inside) = unlogged.split_once(" {").unwrap();
    assert!(
        inside
            .split('}')
            .next()
            .unwrap()
            .contains("access_log off;")
    );
    assert_eq!(
        pattern,
        "^(/api/v1)?(/public)?/(vote|objections|complaints|box)/"
    );
    let hidden = |path: &str| {
        let path = path.strip_prefix("/api/v1").unwrap_or(path);
        let path = path.strip_prefix("/public").unwrap_or(path);
        let folders = ["/vote/", "/objections/", "/complaints/", "/box/"];
        folders.iter().any(|folder| path.starts_with(folder))
    };
    let secret: Vec<&str> = routes::table()
        .iter()
        .filter(|route| route.access == Access::Public && route.path.contains("{code}"))
        // What a certificate's code opens is public.
        .filter(|route| !route.path.contains("/certificates/"))
        .map(|route| route.path)
        .collect();
    assert!(secret.len() >= 6, "{secret:?}");
    assert!(secret.iter().all(|path| hidden(path)), "{secret:?}");
}

#[test]
fn a_weak_secret_is_refused() {
    let app = TestApp::start();
    let folder = &app.database().folder;
    let secret = folder.join("weak");
    for weak in [
        "short#But7Random",
        &"a".repeat(64),
        "abcabcabcabcabcabcabcabcabcabcabcabc",
        "",
    ] {
        fs::write(&secret, weak).unwrap();
        let done = Command::new(env!("CARGO_BIN_EXE_biaogan"))
            .arg("serve")
            .env(
                "BIAOGAN_DATABASE_URL",
                format!("sqlite:{}", folder.join("none.db").display()),
            )
            .env("BIAOGAN_LISTEN", "127.0.0.1:0")
            .env("BIAOGAN_SECRET_FILE", &secret)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(
            !done.status.success() && said.contains("the secret is weak"),
            "{weak}: {said}"
        );
    }
}

/// Whatever a browser sends along, and whoever is logged in: a page of another site changes nothing here.
#[test]
fn no_form_of_another_site_does_anything() {
    let app = TestApp::start();
    let browser = app.browser("office");
    let (token, cookies) = (browser.csrf("/account"), browser.cookies());
    let program = Client::new(&app.url, None);
    let send = |path: &str, headers: &[(&str, &str)], kind: &str, body: &[u8]| {
        let mut all = vec![("Content-Type", kind), ("Accept", "application/json")];
        all.extend_from_slice(headers);
        program.send("POST", path, &all, body)
    };
    let form = "application/x-www-form-urlencoded";
    let token = format!("csrf={token}");
    let own = [("Cookie", cookies.as_str())];
    let mut forms = 0;
    let foreign = [
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ];
    for route in routes::table() {
        let page = route.method == Method::POST && !route.path.starts_with("/api/");
        // Files come as multipart, which is read below; a vote is its code's, whoever's browser brings it.
        let others = [
            "/vote/{code}",
            "/attachments",
            "/decision/minute",
            "paper_sheets",
            "/paper",
        ];
        if !page
            || route.access == Access::Demo
            || others.iter().any(|end| route.path.ends_with(end))
        {
            continue;
        }
        let path: String = route
            .path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => "1",
                false => part,
            })
            .collect::<Vec<_>>()
            .join("/");
        for from in foreign {
            let answer = send(&path, &[own[0], from], form, token.as_bytes());
            answer.refused(403, "cross_origin");
        }
        if route.access == Access::Public {
            let answer = send(&path, &[foreign[0]], form, b"");
            answer.refused(403, "cross_origin");
        }
        forms += 1;
    }
    assert!(forms > 60, "{forms} forms");
    let bid = app.round().published().draft_bid("yunwei", 0);
    let drafter = app.browser("yunwei");
    let drafter = (drafter.csrf("/account"), drafter.cookies());
    let (kind, body) = multipart(&[("csrf", &drafter.0)], "a.txt", "text/plain", b"a");
    let upload = format!("/bids/{bid}/attachments");
    for from in foreign {
        let answer = send(&upload, &[("Cookie", &drafter.1), from], &kind, &body);
        answer.refused(403, "cross_origin");
    }
    // The same from here is refused for another reason, or done.
    let origin = app.url.clone();
    let here = [own[0], ("Origin", origin.as_str())];
    send("/logout", &here, form, token.as_bytes()).expect(303);
}
