//! Scoring: one sheet sent back and what becomes of it, who learns what before the lock, comments at the extremes.

use actix_web::http::Method;
use biaogan::routes::{self, Access};
use serde_json::{Value, json};

use crate::support::rounds::{TestRound, round_body};
use crate::support::world::World;
use crate::support::{Answer, TestApp};

/// A round in scoring with bids of yunwei, renhou and biandian on its first topic; its evaluation.
pub fn scoring(app: &TestApp, body: Value) -> (TestRound<'_>, Vec<i64>, i64) {
    let round = app.round_of(body).published();
    let bids = round.with_bids(3);
    round.open();
    round.start_scoring();
    let panel = app.api("office").get(&round.path("/panel")).expect(200);
    let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
    (round, bids, evaluation)
}

/// The sheet of a reviewer on a bid, as the chair's list has it.
pub fn sheet_of(app: &TestApp, evaluation: i64, reviewer: &str, bid: i64) -> Value {
    let user = app.user_id(reviewer);
    let path =
        format!("/api/v1/evaluations/{evaluation}/score_sheets?reviewer_id={user}&bid_id={bid}");
    let list = app.api("reviewer1").get(&path).expect(200);
    assert_eq!(list.items().len(), 1, "{}", list.text);
    list.items()[0].clone()
}

pub fn reopen(app: &TestApp, who: &str, sheet: &Value, reason: &str) -> Answer {
    let path = format!("/api/v1/score_sheets/{}/reopen", sheet["id"]);
    app.api(who).post(&path, json!({ "reason": reason }))
}

pub fn restore(app: &TestApp, sheet: &Value) -> Answer {
    let path = format!("/api/v1/score_sheets/{}/restore", sheet["id"]);
    app.api("reviewer1").post(&path, json!({}))
}

pub fn read(app: &TestApp, who: &str, sheet: &Value) -> Answer {
    app.api(who)
        .get(&format!("/api/v1/score_sheets/{}", sheet["id"]))
}

pub fn lock(round: &TestRound) -> Answer {
    round
        .app
        .api("office")
        .post(&round.path("/lock"), json!({}))
}

pub fn shown_of(round: &TestRound, bid: i64) -> String {
    let result = round
        .app
        .api("secretary")
        .get(&round.path("/result"))
        .expect(200);
    let rows = result.json["topics"][0]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["bid_id"] == bid).unwrap();
    row["total"]["shown"].as_str().unwrap().to_owned()
}

#[test]
fn the_chair_sends_a_sheet_back_before_the_lock() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    let sheet = sheet_of(&app, evaluation, "reviewer3", bids[0]);
    assert_eq!(sheet["state"], "submitted");
    for who in ["office", "secretary", "supervisor", "reviewer3"] {
        reopen(&app, who, &sheet, "核对").refused(403, "chair_required");
    }
    for who in ["reviewer2", "yunwei"] {
        reopen(&app, who, &sheet, "核对").expect(404);
    }
    reopen(&app, "sysadmin", &sheet, "核对").refused(403, "administrators_read_no_business");
    reopen(&app, "reviewer1", &sheet, "").invalid("reason");
    reopen(&app, "reviewer1", &sheet, "  ").invalid("reason");
    let sent = reopen(&app, "reviewer1", &sheet, "理由与打分不符，请核对。").expect(200);
    assert_eq!(sent.json["state"], "draft");
    assert_eq!(sent.json["sent_back"], true);
    assert_eq!(sent.json["versions"][0]["kind"], "reopened");
    reopen(&app, "reviewer1", &sheet, "再来").refused(409, "sheet_not_submitted");

    // The reviewer learns of it, with the reason, and may look at what was handed in.
    let reviewer = app.browser("reviewer3");
    reviewer
        .get("/home")
        .expect(200)
        .contains("重新核对评分表")
        .contains("理由与打分不符，请核对。");
    reviewer
        .get(&format!("/bids/{}/score", bids[0]))
        .expect(200)
        .contains("理由与打分不符，请核对。");
    let own = read(&app, "reviewer3", &sheet).expect(200);
    let before = own.json["versions"][0]["said"]["total"].clone();
    assert!(before.is_number(), "{}", own.text);

    // It does not vanish from the result: the lock waits for it.
    lock(&round).refused(409, "sheets_sent_back");
    let again = round.score("reviewer3", bids[0], 80.0).expect(200);
    assert_eq!(again.json["state"], "submitted");
    let now = read(&app, "reviewer3", &sheet).expect(200);
    assert_eq!(now.json["sent_back"], false);
    assert_eq!(now.json["said"]["total"], again.json["total"]);
    lock(&round).expect(200);

    // From the lock on the committee sees what it said before; the chair, who knows the names, does not.
    let seen = read(&app, "supervisor", &sheet).expect(200);
    assert_eq!(seen.json["versions"][0]["said"]["total"], before);
    assert_eq!(
        seen.json["versions"][0]["reason"],
        "理由与打分不符，请核对。"
    );
    let chair = read(&app, "reviewer1", &sheet).expect(200);
    assert!(chair.json["said"].is_null() && chair.json["versions"][0]["said"].is_null());
    app.browser("supervisor")
        .get(&format!("/score_sheets/{}", sheet["id"]))
        .expect(200)
        .contains("以前的样子")
        .contains("主任委员退回");
    let trail = format!("/api/v1/audit?subject=score_sheet:{}", sheet["id"]);
    app.api("auditadmin")
        .get(&trail)
        .expect(200)
        .contains("sheet.reopen");
}

#[test]
fn a_sheet_sent_back_after_the_lock_takes_the_result_back() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    round.decide();
    let (first, other) = (shown_of(&round, bids[1]), shown_of(&round, bids[0]));
    let digest = app
        .api("secretary")
        .get(&round.path("/result"))
        .expect(200)
        .json["digest"]
        .clone();
    let sheet = sheet_of(&app, evaluation, "reviewer3", bids[1]);
    assert_eq!(sheet["state"], "locked");
    reopen(&app, "reviewer1", &sheet, "把第二项与第三项写反了。").expect(200);
    let state = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(state.json["state"], "scoring");
    app.api("secretary")
        .get(&round.path("/result"))
        .refused(409, "not_scored");
    lock(&round).refused(409, "sheets_sent_back");

    // Nothing else is open: neither another sheet of that bid, nor another bid's, nor one never begun.
    round
        .score("reviewer2", bids[1], 70.0)
        .refused(409, "not_reopened");
    round
        .score("reviewer3", bids[0], 70.0)
        .refused(409, "not_reopened");
    app.browser("reviewer2")
        .get(&format!("/bids/{}/score", bids[1]))
        .expect(200)
        .contains("评分已锁定")
        .lacks("提交并看下一份")
        .lacks("再次提交</button>");
    round.score("reviewer3", bids[1], 66.0).expect(200);
    lock(&round).expect(200);

    let result = app
        .api("supervisor")
        .get(&round.path("/result"))
        .expect(200);
    let superseded = &result.json["superseded"][0];
    assert_eq!(superseded["digest"], digest, "{}", result.text);
    assert!(
        superseded["reason"].as_str().unwrap().contains("把第二项"),
        "{superseded}"
    );
    assert!(result.json["decision"].is_null(), "{}", result.text);
    assert_ne!(shown_of(&round, bids[1]), first);
    assert_eq!(shown_of(&round, bids[0]), other);
    // Decided anew and published: from here on only an objection changes anything.
    let mut items = Vec::new();
    for row in result.json["topics"][0]["rows"].as_array().unwrap() {
        let outcome = match row["proposal"].as_str().unwrap() {
            "winner" => "winner",
            "reserve" => "reserve",
            _ => "rejected",
        };
        items.push(json!({ "bid_id": row["bid_id"], "outcome": outcome }));
    }
    let decision = json!({ "minute_number": "党委会纪要〔2026〕4号", "minute_date": "2026-03-20", "items": items });
    app.api("secretary")
        .post(&round.path("/decision"), decision)
        .expect(200);
    app.set_clock("2026-03-25T15:00+08:00");
    app.api("office")
        .post(&round.path("/publicity"), json!({}))
        .expect(200);
    reopen(&app, "reviewer1", &sheet, "还有").refused(409, "result_published");
}

#[test]
fn the_chair_takes_a_sending_back_back() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    lock(&round).expect(200);
    let before = shown_of(&round, bids[2]);
    let sheet = sheet_of(&app, evaluation, "reviewer5", bids[2]);
    restore(&app, &sheet).refused(409, "sheet_not_reopened");
    let page = app.browser("reviewer1");
    let path = format!("/score_sheets/{}", sheet["id"]);
    page.get(&path).expect(200).contains("退回重评");
    let token = page.csrf(&path);
    page.post_raw(
        &format!("{path}/reopen"),
        &[("csrf", &token), ("reason", "")],
    )
    .expect(422)
    .contains("退回重评");
    page.post_raw(
        &format!("{path}/reopen"),
        &[("csrf", &token), ("reason", "核对总分")],
    )
    .expect(303);
    // A draft begun meanwhile is not what counts again.
    let own = app.api("reviewer5");
    let own_path = format!("/api/v1/bids/{}/score_sheet", bids[2]);
    let draft = own.get(&own_path).expect(200);
    let marks = json!([{ "criterion_id": draft.json["criteria"][0]["id"], "mark": 1 }]);
    own.put(&own_path, draft.version(), json!({ "marks": marks }))
        .expect(200);
    page.get(&path).expect(200).contains("收回退回");
    page.post_raw(&format!("{path}/restore"), &[("csrf", &token)])
        .expect(303);
    restore(&app, &sheet).refused(409, "sheet_not_reopened");
    lock(&round).expect(200);
    assert_eq!(shown_of(&round, bids[2]), before);
    let shown = read(&app, "supervisor", &sheet).expect(200);
    assert_eq!(shown.json["versions"][0]["restored"], true);
}

#[test]
fn a_recused_reviewers_sheet_holds_nothing_up() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    let sheet = sheet_of(&app, evaluation, "reviewer4", bids[0]);
    reopen(&app, "reviewer1", &sheet, "核对").expect(200);
    lock(&round).refused(409, "sheets_sent_back");
    app.api("reviewer4")
        .post(
            &format!("/api/v1/bids/{}/recusal", bids[0]),
            json!({ "reason": "申报人是我的亲属" }),
        )
        .expect(201);
    let other = sheet_of(&app, evaluation, "reviewer4", bids[1]);
    reopen(&app, "reviewer1", &other, "核对").refused(409, "sheet_not_counted");
    lock(&round).expect(200);
}

/// Marks that stand nowhere else: they add up to 84.91.
pub const CANARIES: [f64; 4] = [31.37, 17.83, 13.29, 22.42];
pub const COMMENT: &str = "口令丙寅丁卯";
pub const NOTES: &str = "暗语戊辰己巳";

/// Whether a text says one of the marks, their total or a comment: as marks, as hundredths, or as words.
pub fn tells(text: &str) -> Option<String> {
    let mut words: Vec<String> = vec![COMMENT.to_owned(), NOTES.to_owned()];
    let mut numbers = Vec::new();
    for mark in CANARIES.iter().copied().chain([84.91]) {
        numbers.push(format!("{mark:.2}"));
        numbers.push(format!("{:.0}", mark * 100.0));
    }
    words.retain(|word| text.contains(word.as_str()));
    // A number stands alone: digits of a longer one, such as an id, say nothing.
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
    for number in numbers {
        for (at, _) in text.match_indices(&number) {
            let before = text[..at].chars().next_back();
            let after = text[at + number.len()..].chars().next();
            if !digit(before) && !digit(after) {
                words.push(number.clone());
            }
        }
    }
    words.into_iter().next()
}

/// Every page and list a person may fetch of this company, by role and path.
pub fn everything(app: &TestApp, world: &World, who: &str) -> Vec<Answer> {
    let mut found = Vec::new();
    for route in routes::table() {
        if route.method != Method::GET || route.access == Access::Demo {
            continue;
        }
        let path = world.fill(route.path);
        let mut answer = if path.starts_with("/api/") {
            app.api(who).get(&path)
        } else {
            app.browser(who).get(&path)
        };
        assert!(answer.status < 500, "{}: {}", answer.call, answer.text);
        if path == "/metrics" {
            // How many requests there were and how long they took comes upon any number sooner or later.
            let lines = answer.text.lines();
            let telling: Vec<&str> = lines
                .filter(|line| !line.starts_with("biaogan_http_request"))
                .collect();
            answer.text = telling.join("\n");
        }
        found.push(answer);
    }
    found
}

#[test]
fn nobody_learns_anothers_marks_before_the_lock() {
    let app = TestApp::start();
    let mut body = round_body();
    body["rule"] = json!({ "mark_step": 0.01 });
    let (round, bids, evaluation) = scoring(&app, body);
    round.score_all(&bids[1..]);
    // reviewer2's sheet carries the canaries; one like it is sent back, so that there is an earlier version, too.
    let own = app.api("reviewer2");
    for bid in &bids[..2] {
        let path = format!("/api/v1/bids/{bid}/score_sheet");
        let sheet = own.get(&path).expect(200);
        let marks: Vec<Value> = sheet.json["criteria"]
            .as_array()
            .unwrap()
            .iter()
            .zip(CANARIES)
            .map(|(one, mark)| json!({ "criterion_id": one["id"], "mark": mark, "comment": COMMENT }))
            .collect();
        let body = json!({ "marks": marks, "notes": NOTES, "submit": true });
        own.put(&path, sheet.version(), body).expect(200);
    }
    let sent_back = sheet_of(&app, evaluation, "reviewer2", bids[1]);
    reopen(&app, "reviewer1", &sent_back, "核对").expect(200);
    let sheet = sheet_of(&app, evaluation, "reviewer2", bids[0]);
    let mut world = World::default();
    world.set("round", round.id);
    world.set("evaluation", evaluation);
    world.set("bid", bids[0]);
    world.set("score_sheet", sheet["id"].as_i64().unwrap());
    world.set("user", app.user_id("reviewer2"));

    // There is something to leak: the reviewer sees it, on the page and by API.
    let mine = everything(&app, &world, "reviewer2");
    let telling = mine.iter().filter(|one| tells(&one.text).is_some()).count();
    assert!(telling >= 4, "{telling} of {} tell", mine.len());

    let others = [
        "reviewer1",
        "reviewer3",
        "office",
        "secretary",
        "supervisor",
        "yunwei",
        "yunwei.sj",
        "renhou.sj",
        "sysadmin",
        "secadmin",
        "auditadmin",
    ];
    for who in others {
        let mut seen = 0;
        for answer in everything(&app, &world, who) {
            seen += usize::from(answer.status == 200);
            assert_eq!(tells(&answer.text), None, "{who}: {}", answer.call);
        }
        assert!(seen > 20, "{who} was let in at {seen} places only");
        world.set("score_sheet", sent_back["id"].as_i64().unwrap());
        for path in [
            format!("/api/v1/score_sheets/{}", sent_back["id"]),
            format!("/api/v1/evaluations/{evaluation}/score_sheets?limit=200"),
        ] {
            let answer = app.api(who).get(&path);
            assert_eq!(tells(&answer.text), None, "{who}: {}", answer.call);
        }
        world.set("score_sheet", sheet["id"].as_i64().unwrap());
    }
    // Progress is there all the same.
    let work = app
        .api("reviewer1")
        .get(&format!("/api/v1/evaluations/{evaluation}"))
        .expect(200);
    let line = work.json["progress"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["user_id"] == app.user_id("reviewer2"))
        .unwrap();
    assert_eq!(
        (&line["submitted"], &line["drafts"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn comments_are_owed_below_60_and_above_95_percent() {
    let app = TestApp::start();
    let (_, bids, _) = scoring(&app, round_body());
    let own = app.api("reviewer2");
    let path = format!("/api/v1/bids/{}/score_sheet", bids[0]);
    let sheet = own.get(&path).expect(200);
    let criteria = sheet.json["criteria"].as_array().unwrap().clone();
    // 40, 20, 15, 25: the limits themselves need no comment, half a mark beyond them does.
    let at_the_limits = [38.0, 12.0, 9.0, 23.5];
    let cases: [(usize, f64, bool); 8] = [
        (0, 23.5, true),
        (0, 24.0, false),
        (0, 38.0, false),
        (0, 38.5, true),
        (1, 11.5, true),
        (1, 19.0, false),
        (1, 19.5, true),
        (2, 0.0, true),
    ];
    let body = |nth: usize, mark: f64, comment: &str, submit: bool| {
        let marks: Vec<Value> = criteria
            .iter()
            .zip(at_the_limits)
            .enumerate()
            .map(|(n, (one, usual))| match n == nth {
                true => json!({ "criterion_id": one["id"], "mark": mark, "comment": comment }),
                false => json!({ "criterion_id": one["id"], "mark": usual }),
            })
            .collect();
        json!({ "marks": marks, "submit": submit })
    };
    let mut version = sheet.version();
    for (nth, mark, owed) in cases {
        let field = format!("marks[{nth}][comment]");
        if owed {
            for comment in ["", "   ", "\n"] {
                own.put(&path, version, body(nth, mark, comment, true))
                    .invalid(&field);
            }
            // A draft may wait for it.
            if version == 0 {
                version = own
                    .put(&path, version, body(nth, mark, "", false))
                    .expect(200)
                    .version();
            }
        }
        let comment = if owed {
            "材料与实地情况不符。"
        } else {
            ""
        };
        version = own
            .put(&path, version, body(nth, mark, comment, true))
            .expect(200)
            .version();
    }
    // The page says so beside the field and keeps what was typed.
    let page = app.browser("reviewer3");
    let form_path = format!("/bids/{}/score", bids[0]);
    let token = page.csrf(&form_path);
    let ids: Vec<String> = criteria.iter().map(|one| one["id"].to_string()).collect();
    let mut fields = vec![
        ("csrf", token.as_str()),
        ("version", "0"),
        ("submit", "true"),
    ];
    let names: Vec<(String, String)> = (0..4)
        .map(|n| {
            (
                format!("marks[{n}][criterion_id]"),
                format!("marks[{n}][mark]"),
            )
        })
        .collect();
    for ((id_name, mark_name), (id, mark)) in
        names.iter().zip(ids.iter().zip(["10", "15", "12", "20"]))
    {
        fields.push((id_name, id));
        fields.push((mark_name, mark));
    }
    page.post_raw(&form_path, &fields)
        .expect(422)
        .contains("“方案优劣”低于满分的 60% 或高于 95%，请写理由。")
        .contains("value=\"10\"");
}

#[test]
fn sheets_are_printed_blank_and_filled() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    let blank = format!("/evaluations/{evaluation}/blank_sheets");
    let office = app.browser("office");
    let all = office
        .get(&blank)
        .expect(200)
        .contains("yunwei 的项目")
        .contains("评委（签名）");
    assert_eq!(all.text.matches("class=\"paper sheet\"").count(), 3);
    let two = office.get(&format!("{blank}?limit=2")).expect(200);
    assert_eq!(two.text.matches("class=\"paper sheet\"").count(), 2);
    let next = two
        .text
        .split("href=\"")
        .find(|rest| rest.contains("cursor="));
    let next = next
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let rest = office.get(&next).expect(200).lacks("下一批");
    assert_eq!(rest.text.matches("class=\"paper sheet\"").count(), 1);
    app.browser("office")
        .get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .contains("打印空白评分表");
    // A reviewer prints what is theirs to mark, and once begun the own sheet as it stands.
    app.browser("reviewer2").get(&blank).expect(200);
    let own = format!("/bids/{}/score/print", bids[0]);
    app.browser("reviewer2").get(&own).expect(404);
    round.score("reviewer2", bids[0], 80.0).expect(200);
    app.browser("reviewer2")
        .get(&own)
        .expect(200)
        .contains("80.00")
        .contains("材料扎实");
    app.browser("reviewer3").get(&own).expect(404);
    app.browser("office").get(&own).expect(403);
    app.browser("yunwei").get(&blank).expect(403);
}
