//! Until the opening nothing anybody outside can fetch depends on what a bid says. Two companies that are the same but
//! for one submitted bid answer every outsider byte for byte alike, at every hour before the opening.
//!
//! Masked, because they are random by design: hexadecimal digests and tokens (salted digests, audit heads, CSRF tokens,
//! request ids), the `Date` header, and ids given after the two companies parted.

use actix_web::http::Method;
use biaogan::routes::{self, Access, Route};
use serde_json::{Value, json};

use crate::support::rounds::bid_body;
use crate::support::world::World;
use crate::support::{Answer, TestApp, TestDatabase};

/// Everybody but the bidder's own people.
const OUTSIDERS: &[&str] = &[
    "",
    "renhou",
    "renhou.sj",
    "reviewer1",
    "reviewer2",
    "office",
    "secretary",
    "supervisor",
    "sysadmin",
    "secadmin",
    "auditadmin",
];

/// Before the deadline, after it, and when the opening is due.
const HOURS: &[&str] = &[
    "2026-03-10T09:00+08:00",
    "2026-03-20T17:30+08:00",
    "2026-03-21T09:00+08:00",
];

/// What is the same in both: a round, a rival's bid, and a draft that says nothing yet.
fn common() -> (TestDatabase, World, Vec<i64>) {
    let app = TestApp::start();
    let round = app.round().published();
    round.submitted_bid("renhou", 0);
    let draft = app
        .api("yunwei")
        .post(&round.path("/bids"), json!({ "content": {} }));
    let mut world = World::default();
    world.set("round", round.id);
    world.set("bid", draft.expect(201).id());
    world.set("user", app.user_id("yunwei"));
    let organizations = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    for (kind, code) in [("organization", "TX-YW"), ("committee", "TX")] {
        let found = organizations
            .items()
            .iter()
            .find(|item| item["code"] == code);
        world.set(kind, found.unwrap()["id"].as_i64().unwrap());
    }
    let panel = app.api("office").get(&round.path("/panel")).expect(200);
    world.set("evaluation", panel.json["evaluation_id"].as_i64().unwrap());
    let topics = round.topics.clone();
    (app.into_database(), world, topics)
}

struct Said {
    title: &'static str,
    problem: &'static str,
    topic: usize,
    leader: &'static str,
    budget: i64,
    files: &'static [(&'static str, &'static str)],
}

const A: Said = Said {
    title: "甲：停电投诉治理",
    problem: "频繁停电投诉居高不下。",
    topic: 0,
    leader: "yunwei",
    budget: 120_000,
    // As many as the other has: the trail tells that a file of some bid of the round came or went, never whose or which.
    files: &[
        ("甲方案.txt", "甲的附件"),
        ("甲的另一个，名称也长得多.txt", "甲"),
    ],
};

const B: Said = Said {
    title: "乙：与甲全不相同的一份，名称也长得多",
    problem: "青年员工成长慢，师带徒流于形式，三年内流失七人，班组无人接续，需要系统培养。",
    topic: 2,
    leader: "yunwei.sj",
    budget: 4_999_900,
    files: &[
        ("乙一.txt", "乙的第一个附件"),
        ("乙二.txt", "乙的第二个附件"),
    ],
};

fn submit(app: &TestApp, world: &World, topics: &[i64], said: &Said) {
    let path = format!("/api/v1/bids/{}", world.get("bid").unwrap());
    let applicant = app.api("yunwei");
    let mut content = bid_body(topics[said.topic], app.user_id(said.leader), said.title);
    content["problem"] = json!(said.problem);
    content["budget"] = json!([{ "item": said.title, "amount": said.budget }]);
    let version = applicant.get(&path).expect(200).version();
    applicant.put(&path, version, content).expect(200);
    for (name, inside) in said.files {
        applicant
            .upload(
                &format!("{path}/attachments"),
                name,
                "text/plain",
                inside.as_bytes(),
            )
            .expect(201);
    }
    app.api("yunwei.sj")
        .post(&format!("{path}/submit"), json!({}))
        .expect(200);
}

/// Long hexadecimal words and ids given from `fork` on say nothing.
fn masked(text: &str, fork: i64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        let hex = word.len() >= 12 && word.chars().all(|c| c.is_ascii_hexdigit());
        // The check sum behind a cursor's key.
        let sum = word.len() == 8 && out.ends_with("(hex)-");
        // The beginning of a digest may have no letter in it.
        let number = word.parse::<i64>().ok().filter(|_| c != '…');
        if number.is_some_and(|id| id >= fork && id < 1 << 53) {
            out.push_str("(id)");
        } else if sum || hex && number.is_none() {
            out.push_str("(hex)");
        } else {
            out.push_str(&word);
        }
        word.clear();
        out.push(c);
    }
    out
}

fn whole(answer: &Answer, fork: i64) -> String {
    let mut text = format!("{}\n", answer.status);
    for name in [
        "content-type",
        "location",
        "etag",
        "content-disposition",
        "cache-control",
    ] {
        text.push_str(&format!("{name}: {}\n", answer.header(name)));
    }
    text.push_str(&answer.text);
    let text = masked(&text, fork);
    if !answer.call.contains("/audit") {
        return text;
    }
    // Events of one instant of a clock that stands still have no order: their ids end in random bits.
    let mut lines: Vec<String> = text
        .replace("},{", "}\n{")
        .lines()
        .map(|line| line.trim_matches(['[', ']', ',']).to_owned())
        .collect();
    lines.sort();
    lines.join("\n")
}

/// Every reading route, with the filters and searches an outsider could try.
fn readings(world: &World) -> Vec<String> {
    let mut paths: Vec<String> = routes::table()
        .iter()
        .filter(|route: &&Route| route.method == Method::GET && route.access != Access::Demo)
        .map(|route| world.fill(route.path))
        .collect();
    let round = world.get("round").unwrap();
    for query in [
        "?state=submitted",
        "?state=draft",
        "?limit=1",
        "?sort=oldest",
    ] {
        paths.push(format!("/api/v1/rounds/{round}/bids{query}"));
        paths.push(format!("/rounds/{round}/bids{query}"));
    }
    for said in [&A, &B] {
        let word: String = form(said.title);
        paths.push(format!("/search?q={word}"));
        paths.push(format!("/api/v1/public/search?q={word}"));
    }
    let bid = world.get("bid").unwrap();
    for subject in [format!("bid:{bid}"), format!("round:{round}")] {
        paths.push(format!("/api/v1/audit?subject={subject}"));
    }
    paths.sort();
    paths.dedup();
    paths
}

fn form(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What one outsider sees of everything.
fn view(app: &TestApp, username: &str, paths: &[String], fork: i64) -> Vec<(String, String)> {
    let api = match username {
        "" => app.client(),
        username => app.api(username),
    };
    let browser = match username {
        "" => app.visitor(),
        username => app.browser(username),
    };
    paths
        .iter()
        .map(|path| {
            let answer = if path.starts_with("/api/") {
                api.get(path)
            } else {
                browser.get(path)
            };
            // How many requests and writes there were, how long they took and what room is left is no matter of the
            // business.
            let text = if path == "/metrics" {
                let business: Vec<&str> = answer
                    .text
                    .lines()
                    .filter(|line| {
                        let of_the_machine = ["_http_", "_commit_", "_pool_", "_writer_", "_free_"];
                        !of_the_machine.iter().any(|kind| line.contains(kind))
                    })
                    .collect();
                business.join("\n")
            } else {
                whole(&answer, fork)
            };
            (path.clone(), text)
        })
        .collect()
}

#[test]
fn rivals_and_everybody_else_see_the_same_whatever_a_sealed_bid_says() {
    let (kept, world, topics) = common();
    let now = crate::support::instant("2026-03-02T09:00+08:00");
    // Ids carry their millisecond: everything made after the common past is younger than this.
    let fork = biaogan::ids::fresh(now);
    let start = |said: &Said| {
        // However long this takes, as much is told of in both.
        let app = TestApp::start_on(kept.copied(), "2026-03-03T09:00+08:00", |config| {
            config.limits.refusals = std::num::NonZeroU32::MAX;
        });
        submit(&app, &world, &topics, said);
        app
    };
    let (a, b) = (start(&A), start(&B));
    let path = format!("/api/v1/bids/{}", world.get("bid").unwrap());
    let own = |app: &TestApp| -> Value {
        app.api("yunwei").get(&path).expect(200).json["content"].clone()
    };
    assert_eq!(own(&a)["title"], A.title);
    assert_eq!(own(&b)["title"], B.title);
    assert_ne!(own(&a), own(&b), "the bidder does see the difference");

    let paths = readings(&world);
    assert!(paths.len() > 60, "only {} readings", paths.len());
    let mut compared = 0;
    for hour in HOURS {
        a.set_clock(hour);
        b.set_clock(hour);
        for outsider in OUTSIDERS {
            let (of_a, of_b) = (
                view(&a, outsider, &paths, fork),
                view(&b, outsider, &paths, fork),
            );
            for ((path, in_a), (_, in_b)) in of_a.into_iter().zip(of_b) {
                assert!(
                    in_a == in_b,
                    "{outsider} at {hour} tells by {path} which bid was submitted:\n{}",
                    difference(&in_a, &in_b)
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, paths.len() * OUTSIDERS.len() * HOURS.len());

    // The comparison can tell: after the opening the office sees two different bids.
    for app in [&a, &b] {
        crate::support::rounds::open_round(app, world.get("round").unwrap());
    }
    let (of_a, of_b) = (
        view(&a, "office", &paths, fork),
        view(&b, "office", &paths, fork),
    );
    let telling = of_a.iter().zip(&of_b).filter(|(a, b)| a != b).count();
    assert!(
        telling >= 4,
        "only {telling} readings differ after the opening"
    );
}

fn difference(a: &str, b: &str) -> String {
    a.lines()
        .zip(b.lines())
        .filter(|(a, b)| a != b)
        .take(5)
        .map(|(a, b)| format!("  A: {a}\n  B: {b}\n"))
        .collect()
}
