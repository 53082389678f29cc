//! A round of a thousand bids and seven reviewers, by API: recusals, ties, a failed topic, a merge, an upheld
//! objection; its result recomputed by another program, and by the command line.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use biaogan::numbers::result_file::{ProposedOutcome, ResolvedBy, ResultFile, differences};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::{TestRound, bid_body, open_round, round_body};

/// A thousand bids; on a database server, which takes more time for each, a fifth of them.
fn how_many() -> usize {
    match std::env::var_os("BIAOGAN_TEST_DATABASE") {
        None => 1_000,
        Some(_) => 200,
    }
}
/// The last topic gets no bid and fails.
const TOPICS: usize = 11;
const REVIEWERS: usize = 7;
/// Who bids on all topics but one; the members of the panel belong to none of them.
static BRANCHES: [&str; 4] = ["yunwei", "renhou", "biandian", "jianxiu"];

fn round(app: &TestApp) -> TestRound<'_> {
    let mut body = round_body();
    body["topics"] = (1..=TOPICS)
        .map(|n| json!({ "lane": "commissioned", "title": format!("标的{n}"), "quota": 5 }))
        .collect();
    let round = app.round_of(body);
    let members: Vec<Value> = (1..=REVIEWERS)
        .map(|n| {
            let seat = if n == 1 { "chair" } else { "member" };
            json!({ "user_id": app.user_id(&format!("reviewer{n}")), "seat": seat })
        })
        .collect();
    let office = app.api("office");
    let version = office.get(&round.path("/panel")).expect(200).version();
    office
        .put(
            &round.path("/panel"),
            version,
            json!({ "members": members }),
        )
        .expect(200);
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.set_clock("2026-03-02T09:00+08:00");
    round
}

/// Four branches at once, each with its share, on all topics by turns; yingxiao, where reviewer4 is, on the first.
fn submit_all(app: &TestApp, round: &TestRound) -> Vec<i64> {
    let share = how_many() / BRANCHES.len();
    std::thread::scope(|scope| {
        let handles: Vec<_> = BRANCHES
            .iter()
            .enumerate()
            .map(|(b, branch)| {
                scope.spawn(move || {
                    let mut bids = Vec::new();
                    for n in 0..share {
                        let branch = if b == 0 && n == 0 { "yingxiao" } else { *branch };
                        let topic = round.topics[n % (TOPICS - 1)];
                        let secretary = app.api(&format!("{branch}.sj"));
                        let leader = app.user_id(branch);
                        let body = json!({ "content": bid_body(topic, leader, &format!("{branch} 的第 {n} 个项目")) });
                        let bid = secretary.post(&round.path("/bids"), body).expect(201).id();
                        secretary
                            .post(&format!("/api/v1/bids/{bid}/submit"), json!({}))
                            .expect(200);
                        bids.push(bid);
                    }
                    bids
                })
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap())
            .collect()
    })
}

/// Few different marks, so that many bids end up equal.
fn marks(criteria: &[Value], bid: usize, reviewer: usize) -> Value {
    let level = [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65][(bid * 5 + (bid / 7) * (reviewer % 2)) % 7];
    let marks: Vec<Value> = criteria
        .iter()
        .map(|criterion| {
            let full = criterion["full_marks"].as_f64().unwrap();
            let mark = (full * level * 2.0).round() / 2.0;
            json!({ "criterion_id": criterion["id"], "mark": mark, "comment": "材料扎实" })
        })
        .collect();
    json!({ "marks": marks, "submit": true })
}

/// Two bids of different organizations on one topic go on as one.
fn merge(app: &TestApp, round: &TestRound, lead: i64, partner: i64) {
    let body = json!({
        "lead_bid_id": lead, "partner_bid_ids": [partner],
        "statement": "运维支部牵头，仁厚支部参加。", "reason": "针对同一个难题。",
    });
    let asked = app
        .api("office")
        .post(&round.path("/joint"), body)
        .expect(201);
    for secretary in ["yunwei.sj", "renhou.sj"] {
        app.api(secretary)
            .post(
                &format!("/api/v1/joint/{}/answer", asked.id()),
                json!({ "agree": true, "digest": asked.json["digest"] }),
            )
            .expect(200);
    }
    let merged = app
        .api("office")
        .get(&format!("/api/v1/bids/{partner}"))
        .expect(200);
    assert_eq!(merged.json["state"], "merged");
}

/// Seven at once; whoever is recused from a bid leaves it.
fn score_all(app: &TestApp, bids: &[i64]) -> usize {
    std::thread::scope(|scope| {
        let handles: Vec<_> = (1..=REVIEWERS)
            .map(|reviewer| {
                scope.spawn(move || {
                    let client = app.api(&format!("reviewer{reviewer}"));
                    let path = |bid: &i64| format!("/api/v1/bids/{bid}/score_sheet");
                    let criteria = bids
                        .iter()
                        .map(|bid| client.get(&path(bid)))
                        .find(|answer| answer.status == 200)
                        .unwrap();
                    let criteria = criteria.json["criteria"].as_array().unwrap();
                    let mut recused = 0;
                    for (n, bid) in bids.iter().enumerate() {
                        let answer = client.put(&path(bid), 0, marks(criteria, n, reviewer));
                        match answer.status {
                            200 => {}
                            _ => {
                                answer.refused(403, "recused");
                                recused += 1;
                            }
                        }
                    }
                    recused
                })
            })
            .collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap())
            .sum()
    })
}

/// The exported result, which three programs agree on.
fn recomputed(app: &TestApp, round: &TestRound, folder: &Path) -> ResultFile {
    let export = app
        .api("supervisor")
        .get(&round.path("/result.json"))
        .expect(200);
    let file = ResultFile::from_json(&export.text).unwrap();
    assert_eq!(differences(&file), Vec::<String>::new());
    let path = folder.join("result.json");
    std::fs::write(&path, &export.bytes).unwrap();
    let python = Command::new(std::env::var("PYTHON").unwrap_or_else(|_| "python3".into()))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recompute.py"))
        .arg(&path)
        .output()
        .unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_biaogan"))
        .args(["evaluation", "recompute"])
        .arg(&path)
        .output()
        .unwrap();
    for output in [python, program] {
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let ranking: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(ranking, serde_json::to_value(&file.ranking).unwrap());
    }
    file
}

/// As the ranking proposes, also of those that its first pages do not show; equals across the end of the quota are all
/// reserves, with the reason.
fn decide(app: &TestApp, round: &TestRound, date: &str) {
    let result = app.api("secretary").get(&round.path("/result")).expect(200);
    let mut items = Vec::new();
    for topic in result.json["topics"].as_array().unwrap() {
        for row in topic["rows"].as_array().unwrap() {
            let (outcome, reason) = match row["proposal"].as_str().unwrap() {
                "winner" => ("winner", None),
                "reserve" => ("reserve", None),
                "tied" => ("reserve", Some("并列者多于名额，均列备选")),
                "failed_topic" => continue,
                _ => ("rejected", None),
            };
            items.push(json!({ "bid_id": row["bid_id"], "outcome": outcome, "reason": reason }));
        }
    }
    let body = json!({
        "minute_number": "党委会纪要〔2026〕3号", "minute_date": date, "items": items, "others_as_proposed": true,
    });
    app.api("secretary")
        .post(&round.path("/decision"), body)
        .expect(200);
}

#[test]
fn a_round_of_a_thousand_bids_is_recomputed_by_others() {
    let app = TestApp::start();
    let round = round(&app);
    let bids = submit_all(&app, &round);
    assert_eq!(bids.len(), how_many());
    open_round(&app, &round.id.to_string());
    // On the second topic, by yunwei and by renhou.
    let (lead, partner) = (bids[1], bids[how_many() / BRANCHES.len() + 1]);
    merge(&app, &round, lead, partner);
    let bids: Vec<i64> = bids.into_iter().filter(|bid| *bid != partner).collect();
    let office = app.api("office");
    let panel = office.get(&round.path("/panel")).expect(200);
    let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
    for n in 1..=REVIEWERS {
        app.api(&format!("reviewer{n}"))
            .post(
                &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                json!({}),
            )
            .expect(200);
    }
    office.post(&round.path("/scoring"), json!({})).expect(200);
    // reviewer4 leaves the first topic, with a tenth of the bids, to the others.
    assert_eq!(score_all(&app, &bids), how_many() / (TOPICS - 1));
    office.post(&round.path("/lock"), json!({})).expect(200);

    let folder = std::env::temp_dir().join(format!("biaogan-full-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let first = recomputed(&app, &round, &folder);
    let rows: Vec<_> = first.ranking.iter().flat_map(|topic| &topic.rows).collect();
    assert_eq!(rows.len(), how_many() - 1);
    assert_eq!(
        first.sheets.len(),
        (how_many() - 1) * REVIEWERS - how_many() / (TOPICS - 1)
    );
    assert!(rows.iter().any(|row| row.bid_id == lead));
    assert!(rows.iter().all(|row| row.bid_id != partner));
    assert_eq!(first.recusals.len(), 1);
    assert!(rows.iter().any(|row| row.resolved_by == ResolvedBy::Shared));
    assert!(
        rows.iter()
            .any(|row| row.proposed == ProposedOutcome::BelowThreshold)
    );
    let shown = office.get(&round.path("")).expect(200);
    assert_eq!(shown.json["topics"][TOPICS - 1]["failed"], true);

    // Decided, posted, objected to, marked again, ranked anew.
    decide(&app, &round, "2026-03-21");
    office
        .post(&round.path("/publicity"), json!({}))
        .expect(200);
    app.client()
        .post(
            &format!("/api/v1/public/rounds/{}/objections", round.id),
            json!({ "anonymous": true, "contact": "1", "content": "业绩有误", "bid_id": bids[3] }),
        )
        .expect(201);
    let listed = office.get(&round.path("/objections")).expect(200);
    office
        .post(
            &format!("/api/v1/objections/{}/answer", listed.items()[0]["id"]),
            json!({ "outcome": "upheld", "answer": "属实。", "effect": "rescore", "bid_ids": [bids[3]] }),
        )
        .expect(200);
    let chair = app.api("reviewer1");
    let path = format!("/api/v1/bids/{}/score_sheet", bids[3]);
    let sheet = chair.get(&path).expect(200);
    let criteria = sheet.json["criteria"].as_array().unwrap();
    for n in 1..=REVIEWERS {
        let client = app.api(&format!("reviewer{n}"));
        let version = client.get(&path).expect(200).version();
        client
            .put(&path, version, marks(criteria, 6, n))
            .expect(200);
    }
    office.post(&round.path("/lock"), json!({})).expect(200);
    let second = recomputed(&app, &round, &folder);
    std::fs::remove_dir_all(&folder).unwrap();
    let changed: BTreeSet<i64> = first
        .sheets
        .iter()
        .zip(&second.sheets)
        .filter(|(a, b)| a != b)
        .map(|(a, _)| a.bid_id)
        .collect();
    assert_eq!(changed, BTreeSet::from([bids[3]]));
    let result = office.get(&round.path("/result")).expect(200);
    assert_eq!(result.json["superseded"].as_array().unwrap().len(), 1);
    decide(&app, &round, "2026-03-21");
    office
        .post(&round.path("/publicity"), json!({}))
        .expect(200);
    app.set_clock("2026-04-02T09:00+08:00");
    round.close_failed_topics();
    office.post(&round.path("/conclude"), json!({})).expect(200);
}
