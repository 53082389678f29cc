//! Evaluation: from the panel to the conclusion, by API and by clicking; who sees what when; what is refused and why.

use biaogan::numbers::result_file::{self, ResultFile};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::TestRound;

/// Marks that need no comment.
pub const GOOD: [f64; 4] = [36.0, 17.0, 13.0, 22.0];
pub const FAIR: [f64; 4] = [32.0, 15.0, 12.0, 20.0];
pub const WEAK: [f64; 4] = [25.0, 13.0, 10.0, 16.0];

pub struct Scored<'a> {
    pub app: &'a TestApp,
    pub round: TestRound<'a>,
    pub evaluation: i64,
    /// Of the first topic: yunwei, renhou, yingxiao; of the third: biandian, jianxiu.
    pub bids: Vec<i64>,
}

pub fn scoring(app: &TestApp) -> Scored<'_> {
    let round = app.round().published();
    let bids = vec![
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
        round.submitted_bid("yingxiao", 0),
        round.submitted_bid("biandian", 2),
        round.submitted_bid("jianxiu", 2),
    ];
    round.open();
    let started = app
        .api("office")
        .post(&round.path("/scoring"), json!({}))
        .expect(200);
    assert_eq!(started.json["state"], "scoring");
    let evaluation = started.json["evaluation_id"].as_i64().unwrap();
    for n in 1..=5 {
        app.api(&format!("reviewer{n}"))
            .post(
                &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                json!({}),
            )
            .expect(200);
    }
    Scored {
        app,
        round,
        evaluation,
        bids,
    }
}

impl Scored<'_> {
    pub fn sheet(&self, bid: usize) -> String {
        format!("/api/v1/bids/{}/score_sheet", self.bids[bid])
    }

    pub fn marks(&self, reviewer: u32, bid: usize, marks: [f64; 4]) -> Value {
        let shown = self
            .app
            .api(&format!("reviewer{reviewer}"))
            .get(&self.sheet(bid))
            .expect(200);
        let criteria = shown.json["criteria"].as_array().unwrap();
        let marks: Vec<Value> = criteria
            .iter()
            .zip(marks)
            .map(|(criterion, mark)| json!({ "criterion_id": criterion["id"], "mark": mark }))
            .collect();
        json!(marks)
    }

    pub fn submit(&self, reviewer: u32, bid: usize, marks: [f64; 4]) {
        let client = self.app.api(&format!("reviewer{reviewer}"));
        let version = client.get(&self.sheet(bid)).expect(200).version();
        let body = json!({ "marks": self.marks(reviewer, bid, marks), "submit": true });
        client.put(&self.sheet(bid), version, body).expect(200);
    }

    /// Everybody marks everything they may; yingxiao's reviewer4 does not mark the first topic.
    pub fn all(&self, marks: [[f64; 4]; 5]) {
        for (bid, marks) in marks.into_iter().enumerate() {
            for reviewer in 1..=5 {
                if reviewer != 4 || bid > 2 {
                    self.submit(reviewer, bid, marks);
                }
            }
        }
    }

    pub fn office(&self, step: &str) -> crate::support::Answer {
        self.app
            .api("office")
            .post(&self.round.path(step), json!({}))
    }

    pub fn rows(&self, topic: usize) -> Vec<Value> {
        let result = self
            .app
            .api("secretary")
            .get(&self.round.path("/result"))
            .expect(200);
        result.json["topics"][topic]["rows"]
            .as_array()
            .unwrap()
            .clone()
    }

    pub fn decide(&self, outcomes: [&str; 5], reason: Option<&str>) -> crate::support::Answer {
        let items: Vec<Value> = self
            .bids
            .iter()
            .zip(outcomes)
            .map(|(bid, outcome)| json!({ "bid_id": bid, "outcome": outcome, "reason": reason }))
            .collect();
        self.app.api("secretary").post(
            &self.round.path("/decision"),
            json!({ "minute_number": "党委会纪要〔2026〕3号", "minute_date": "2026-03-21", "items": items }),
        )
    }

    /// Locked, decided as proposed, and publicized on 30 March 2026.
    pub fn publicized(&self) {
        self.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
        self.office("/lock").expect(200);
        self.decide(["winner", "reserve", "rejected", "winner", "winner"], None)
            .expect(200);
        self.app.set_clock("2026-03-30T09:00+08:00");
        self.office("/publicity").expect(200);
    }
}

#[test]
fn a_panel_is_seated_until_scoring_starts() {
    let app = TestApp::start();
    let round = app.round();
    let office = app.api("office");
    let path = round.path("/panel");
    let empty = office.get(&path).expect(200);
    assert!(empty.json["fault"].is_string());
    let seats = |count: u32, chairs: u32| -> Value {
        let members: Vec<Value> = (1..=count)
            .map(|n| {
                let seat = if n <= chairs { "chair" } else { "member" };
                json!({ "user_id": app.user_id(&format!("reviewer{n}")), "seat": seat })
            })
            .collect();
        json!({ "members": members })
    };
    office
        .send(
            "PUT",
            &path,
            &[("Content-Type", "application/json")],
            seats(5, 1).to_string().as_bytes(),
        )
        .expect(428);
    office
        .put(&path, empty.version(), seats(5, 2))
        .invalid("members");
    let stranger = json!({ "members": [{ "user_id": app.user_id("yunwei"), "seat": "member" }] });
    office
        .put(&path, empty.version(), stranger)
        .invalid("members[0][user_id]");
    let four = office.put(&path, empty.version(), seats(4, 1)).expect(200);
    office
        .post(&round.path("/publish"), json!({}))
        .refused(409, "panel_size");
    office
        .put(&path, empty.version(), seats(5, 1))
        .refused(409, "version_conflict");
    let five = office.put(&path, four.version(), seats(5, 1)).expect(200);
    assert_eq!(five.json["members"][0]["alias"], "R1");
    assert_eq!(five.json["members"][0]["seat"], "chair");
    assert!(five.json["fault"].is_null());
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.api("yunwei")
        .put(&path, five.version(), seats(5, 1))
        .refused(403, "role_required");
    let seen = app.api("yunwei").get(&path).expect(200);
    assert!(seen.json["members"][0]["alias"].is_null(), "{}", seen.text);
    office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "wrong_state");
}

#[test]
fn bids_are_marked_locked_decided_publicized_and_concluded() {
    let app = TestApp::start();
    let scored = scoring(&app);
    let round = &scored.round;

    // Conflicts of interest: reviewer4 belongs to yingxiao and leaves the first topic to the others.
    app.api("reviewer4")
        .get(&scored.sheet(0))
        .refused(403, "recused");
    app.api("reviewer4").get(&scored.sheet(3)).expect(200);
    app.api("office")
        .get(&scored.sheet(0))
        .refused(403, "not_on_panel");
    app.api("yunwei").get(&scored.sheet(1)).expect(404);
    let topics = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(topics.json["topics"][1]["failed"], true, "{}", topics.text);

    // Marks: range, step, decimals, comments, completeness.
    let one = app.api("reviewer1");
    let first = one.get(&scored.sheet(0)).expect(200);
    assert_eq!(first.version(), 0);
    let mark = |n: usize, mark: Value| {
        let mut marks = scored.marks(1, 0, GOOD);
        marks[n]["mark"] = mark;
        json!({ "marks": marks, "submit": true })
    };
    for (bad, field) in [
        (mark(0, json!(40.5)), "marks[0][mark]"),
        (mark(0, json!(-1)), "marks[0][mark]"),
        (mark(1, json!(17.25)), "marks[1][mark]"),
        (mark(1, json!(17.123)), "marks[1][mark]"),
        (mark(2, json!(null)), "marks[2][mark]"),
        (mark(3, json!(10)), "marks[3][comment]"),
        (mark(3, json!(25)), "marks[3][comment]"),
        (json!({ "marks": [], "submit": true }), "marks"),
        (
            json!({ "marks": [{ "criterion_id": 1, "mark": 1 }] }),
            "marks[0][criterion_id]",
        ),
    ] {
        one.put(&scored.sheet(0), 0, bad).invalid(field);
    }
    let draft = json!({ "marks": [scored.marks(1, 0, GOOD)[0]], "submit": false });
    let saved = one.put(&scored.sheet(0), 0, draft.clone()).expect(200);
    assert_eq!(saved.json["state"], "draft");
    one.put(&scored.sheet(0), 0, draft)
        .refused(409, "version_conflict");
    let body = json!({ "marks": scored.marks(1, 0, GOOD), "submit": true });
    let handed_in = one
        .put(&scored.sheet(0), saved.version(), body.clone())
        .expect(200);
    assert_eq!(handed_in.json["total"], 88.0);
    let back = json!({ "marks": scored.marks(1, 0, GOOD), "submit": false });
    one.put(&scored.sheet(0), handed_in.version(), back)
        .refused(409, "sheet_submitted");

    // Until the lock the chair sees counts and no marks, everybody else less.
    let progress = app
        .api("reviewer1")
        .get(&format!("/api/v1/evaluations/{}", scored.evaluation))
        .expect(200);
    assert_eq!(
        progress.json["progress"][0]["submitted"], 1,
        "{}",
        progress.text
    );
    assert!(progress.json["progress"][0]["total"].is_null());
    let other = app
        .api("reviewer2")
        .get(&format!("/api/v1/evaluations/{}", scored.evaluation))
        .expect(200)
        .lacks("\"total\":88");
    assert!(other.json["progress"].is_null());
    for reader in [
        "office",
        "secretary",
        "supervisor",
        "reviewer1",
        "reviewer2",
    ] {
        app.api(reader)
            .get(&round.path("/result"))
            .refused(409, "not_scored");
    }

    // Quorum: who is missing is named.
    scored
        .office("/lock")
        .refused(409, "below_quorum")
        .contains("卢秀芝");
    scored.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
    app.api("reviewer2")
        .post(&round.path("/lock"), json!({}))
        .refused(403, "role_required");
    scored.office("/lock").expect(200);
    one.put(&scored.sheet(0), 99, body)
        .refused(409, "scoring_locked");

    // The result, and its export that recomputes to itself.
    let rows = scored.rows(0);
    assert_eq!(rows[0]["bid_id"], scored.bids[0]);
    assert_eq!(rows[0]["total"]["shown"], "88.00");
    assert_eq!(rows[0]["sheets"].as_array().unwrap().len(), 4);
    assert_eq!(rows[0]["proposal"], "winner");
    assert_eq!(rows[1]["proposal"], "reserve");
    assert_eq!(rows[2]["proposal"], "below_threshold");
    assert_eq!(scored.rows(2)[0]["sheets_kept"], 3);
    let export = app
        .api("supervisor")
        .get(&round.path("/result.json"))
        .expect(200);
    let file = ResultFile::from_json(&export.text).unwrap();
    assert_eq!(result_file::recompute(&file).unwrap(), file.ranking);
    assert_eq!(file.to_json().unwrap(), export.text);
    assert!(!export.text.contains("卢秀芝"));

    // Before publicity the bidders see nothing; the committee's own people do.
    app.api("yunwei")
        .get(&round.path("/result"))
        .refused(403, "result_not_public");
    app.api("juncheng")
        .get(&round.path("/result"))
        .refused(403, "result_not_yours");

    // The decision: complete, within quota and threshold, with reasons where it departs.
    app.api("office")
        .post(
            &round.path("/decision"),
            json!({ "minute_number": "1", "minute_date": "2026-03-21", "items": [] }),
        )
        .refused(403, "role_required");
    scored
        .decide(
            ["winner", "winner", "rejected", "winner", "winner"],
            Some("两个都好"),
        )
        .invalid("items");
    scored
        .decide(
            ["winner", "reserve", "reserve", "winner", "winner"],
            Some("可惜"),
        )
        .invalid("items[2][outcome]");
    scored
        .decide(["reserve", "winner", "rejected", "winner", "winner"], None)
        .invalid("items[0][reason]");
    let decided = scored
        .decide(
            ["reserve", "winner", "rejected", "winner", "winner"],
            Some("统筹人员力量"),
        )
        .expect(200);
    assert_eq!(decided.json["state"], "decided");
    scored
        .decide(["winner", "reserve", "rejected", "winner", "winner"], None)
        .refused(409, "wrong_state");

    // Publicity of five working days across 清明, an objection, the conclusion.
    app.set_clock("2026-03-30T09:00+08:00");
    let publicity = scored.office("/publicity").expect(200);
    assert_eq!(publicity.json["publicity_until"], "2026-04-07");
    let own = app.api("renhou").get(&round.path("/result")).expect(200);
    let rows = own.json["topics"][0]["rows"].as_array().unwrap();
    assert_eq!(rows[1]["bid_id"], scored.bids[1]);
    assert_eq!(rows[1]["sheets"].as_array().unwrap().len(), 4);
    assert!(rows[0]["sheets"].as_array().unwrap().is_empty());
    let news = app.visitor().get("/announcements").expect(200);
    assert!(news.text.contains("中标公示"), "{}", news.text);
    scored.office("/conclude").refused(409, "publicity_running");

    let objections = format!("/api/v1/public/rounds/{}/objections", round.id);
    app.client()
        .post(&objections, json!({ "contact": "a", "content": "b" }))
        .invalid("name");
    let lodged = app
        .client()
        .post(
            &objections,
            json!({ "anonymous": true, "contact": "13800000000", "content": "请核查回避", "bid_id": scored.bids[1] }),
        )
        .expect(201);
    assert_eq!(lodged.json["due_on"], "2026-04-07");
    let follow = format!(
        "/api/v1/public/objections/{}",
        lodged.json["code"].as_str().unwrap()
    );
    app.client()
        .post(&follow, json!({ "text": "补充一点" }))
        .expect(200);
    app.client()
        .get("/api/v1/public/objections/AAAA-AAAA-AAAA")
        .expect(404);
    app.set_clock("2026-04-08T09:00+08:00");
    app.client()
        .post(
            &objections,
            json!({ "anonymous": true, "contact": "a", "content": "b" }),
        )
        .refused(409, "publicity_over");
    scored.office("/conclude").refused(409, "objection_open");
    let listed = app
        .api("office")
        .get(&round.path("/objections"))
        .expect(200);
    assert_eq!(listed.items()[0]["contact"], "13800000000");
    app.api("yunwei")
        .get(&round.path("/objections"))
        .refused(403, "role_required");
    let id = listed.items()[0]["id"].as_i64().unwrap();
    let answer = json!({ "outcome": "rejected", "answer": "已核查，程序合规。" });
    app.api("supervisor")
        .post(&format!("/api/v1/objections/{id}/answer"), answer.clone())
        .refused(403, "role_required");
    app.api("office")
        .post(&format!("/api/v1/objections/{id}/answer"), answer)
        .expect(200);
    let followed = app.client().get(&follow).expect(200);
    assert_eq!(followed.json["state"], "rejected");
    assert!(!followed.text.contains("13800000000"));
    round.close_failed_topics();
    assert_eq!(
        scored.office("/conclude").expect(200).json["state"],
        "concluded"
    );
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=200")
        .expect(200)
        .lacks("13800000000");
    for verb in [
        "round.score",
        "sheet.submit",
        "round.lock",
        "round.decide",
        "round.publicize",
        "objection.lodge",
        "round.conclude",
    ] {
        assert!(
            trail.items().iter().any(|event| event["verb"] == verb),
            "{verb}"
        );
    }
}

#[test]
fn a_declared_recusal_counts_the_sheet_no_more() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
    let path = format!("/api/v1/bids/{}/recusal", scored.bids[3]);
    let five = app.api("reviewer5");
    five.post(&path, json!({ "reason": "" })).invalid("reason");
    app.api("office")
        .post(&path, json!({ "reason": "不是评委" }))
        .refused(403, "not_on_panel");
    five.post(&path, json!({ "reason": "申报负责人是近亲属" }))
        .expect(201);
    five.post(&path, json!({ "reason": "再说一次" }))
        .refused(409, "already_recused");
    five.get(&scored.sheet(4)).refused(403, "recused");
    scored.office("/lock").expect(200);
    assert_eq!(scored.rows(2)[0]["sheets"].as_array().unwrap().len(), 4);
    assert_eq!(scored.rows(0)[0]["sheets"].as_array().unwrap().len(), 4);
}

#[test]
fn an_unsigned_reviewer_sees_and_marks_nothing() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    round.open();
    app.api("office")
        .post(&round.path("/scoring"), json!({}))
        .expect(200);
    let sheet = format!("/api/v1/bids/{bid}/score_sheet");
    app.api("reviewer1")
        .get(&sheet)
        .refused(403, "undertaking_required");
    app.api("reviewer6").get(&sheet).expect(404);
    app.api("reviewer1")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(404);
}

#[test]
fn equal_scores_are_put_in_order_by_the_chair() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.all([GOOD, GOOD, WEAK, GOOD, FAIR]);
    scored.office("/lock").expect(200);
    assert_eq!(scored.rows(0)[0]["proposal"], "tied");
    let path = scored.round.path("/tie");
    let order = |bids: &[i64]| json!({ "bid_ids": bids, "method": "vote", "reason": "5 比 0" });
    let (one, two) = (scored.bids[0], scored.bids[1]);
    app.api("office")
        .post(&path, order(&[two, one]))
        .refused(403, "chair_required");
    let chair = app.api("reviewer1");
    chair
        .post(&path, order(&[two, scored.bids[2]]))
        .invalid("bid_ids");
    chair.post(&path, order(&[two, two])).invalid("bid_ids");
    // Lots are not one person's to record.
    let alone = json!({ "bid_ids": [two, one], "method": "lots", "reason": "抽签" });
    chair.post(&path, alone).invalid("method");
    chair.post(&path, order(&[two, one])).expect(200);
    let rows = scored.rows(0);
    assert_eq!(rows[0]["bid_id"], two);
    assert_eq!(rows[0]["proposal"], "winner");
    assert_eq!(rows[0]["resolved_by"], "recorded");
    let report = app
        .api("supervisor")
        .get(&scored.round.path("/fairness"))
        .expect(200);
    assert_eq!(report.json["reviewers"].as_array().unwrap().len(), 5);
    assert_eq!(report.json["sensitivity"].as_array().unwrap().len(), 9);
    app.api("office")
        .get(&scored.round.path("/fairness"))
        .refused(403, "role_required");
}

#[test]
fn an_upheld_objection_voids_a_bid_or_sends_the_round_back() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.publicized();
    let lodge = |bid: Option<i64>| {
        app.client()
            .post(
                &format!("/api/v1/public/rounds/{}/objections", scored.round.id),
                json!({ "name": "王建国", "contact": "x@example.cn", "content": "材料不实", "bid_id": bid }),
            )
            .expect(201);
        let listed = app
            .api("office")
            .get(&scored.round.path("/objections"))
            .expect(200);
        let lodged = listed
            .items()
            .iter()
            .find(|item| item["bid_id"] == json!(bid));
        lodged.unwrap()["id"].as_i64().unwrap()
    };
    let answer = |id: i64, effect: &str| {
        app.api("office").post(
            &format!("/api/v1/objections/{id}/answer"),
            json!({ "outcome": "upheld", "answer": "属实。", "effect": effect }),
        )
    };
    let about_all = lodge(None);
    answer(about_all, "void").invalid("effect");
    app.set_clock("2026-04-01T09:00+08:00");
    let office = app.api("office");
    let before = office.get(&scored.round.path("/result.json")).expect(200);
    let about_first = lodge(Some(scored.bids[0]));
    answer(about_first, "void").expect(200);

    // The place is lost, the secretary decides anew, and the reserve moves up without a reason to give.
    let rows = scored.rows(0);
    assert_eq!(rows[0]["outcome"], "void");
    assert!(rows[1]["outcome"].is_null());
    let shown = office.get(&scored.round.path("/result")).expect(200);
    assert_eq!(shown.json["state"], "scored", "{}", shown.text);
    assert!(shown.json["decision"].is_null());
    let earlier = &shown.json["superseded"][0];
    assert!(earlier["reason"].as_str().unwrap().contains("取消资格"));
    let kept = office
        .get(&scored.round.path(&format!("/superseded/{}", earlier["id"])))
        .expect(200);
    assert_eq!(kept.text, before.text);
    // It was public: whoever bid may still read it, and nobody else.
    for (who, status) in [("yunwei", 200), ("juncheng", 404)] {
        app.api(who)
            .get(&scored.round.path(&format!("/superseded/{}", earlier["id"])))
            .expect(status);
    }
    scored
        .decide(["winner", "rejected", "rejected", "winner", "winner"], None)
        .invalid("items[0][bid_id]");
    let items: Vec<Value> = scored.bids[1..]
        .iter()
        .zip(["winner", "rejected", "winner", "winner"])
        .map(|(bid, outcome)| json!({ "bid_id": bid, "outcome": outcome }))
        .collect();
    app.api("secretary")
        .post(
            &scored.round.path("/decision"),
            json!({ "minute_number": "党委会纪要〔2026〕5号", "minute_date": "2026-04-01", "items": items }),
        )
        .expect(200);
    let publicity = scored.office("/publicity").expect(200);
    assert_eq!(publicity.json["publicity_from"], "2026-04-01");
    assert_eq!(scored.rows(0)[0]["outcome"], "void");
    assert_eq!(scored.rows(0)[1]["outcome"], "winner");
    app.visitor()
        .get("/announcements")
        .expect(200)
        .contains("中标公示（更正）");

    // Only the bid named is marked again.
    let page = format!("/rounds/{}/result", scored.round.id);
    app.browser("office")
        .get(&page)
        .expect(200)
        .contains("已被取代的结果");
    office
        .post(
            &format!("/api/v1/objections/{about_all}/answer"),
            json!({ "outcome": "upheld", "answer": "属实。", "effect": "rescore", "bid_ids": [1] }),
        )
        .invalid("bid_ids");
    office
        .post(
            &format!("/api/v1/objections/{about_all}/answer"),
            json!({ "outcome": "upheld", "answer": "属实。", "effect": "rescore", "bid_ids": [scored.bids[3]] }),
        )
        .expect(200);
    let round = office.get(&scored.round.path("")).expect(200);
    assert_eq!(round.json["state"], "scoring");
    scored.submit(1, 3, FAIR);
    let client = app.api("reviewer1");
    let version = client.get(&scored.sheet(0)).expect(200).version();
    let body = json!({ "marks": scored.marks(1, 0, FAIR), "submit": true });
    client
        .put(&scored.sheet(0), version, body)
        .refused(409, "not_reopened");
    scored.office("/lock").expect(200);
    let shown = office.get(&scored.round.path("/result")).expect(200);
    assert_eq!(shown.json["superseded"].as_array().unwrap().len(), 2);
}

#[test]
fn an_objection_is_acknowledged_and_shows_when_it_is_late() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.publicized();
    let lodged = app
        .client()
        .post(
            &format!("/api/v1/public/rounds/{}/objections", scored.round.id),
            json!({ "anonymous": true, "contact": "13800000000", "content": "请核查" }),
        )
        .expect(201);
    let follow = format!(
        "/api/v1/public/objections/{}",
        lodged.json["code"].as_str().unwrap()
    );
    let listed = app
        .api("office")
        .get(&scored.round.path("/objections"))
        .expect(200);
    let id = listed.items()[0]["id"].as_i64().unwrap();
    let acknowledge = format!("/api/v1/objections/{id}/acknowledge");
    app.api("supervisor")
        .post(&acknowledge, json!({}))
        .refused(403, "role_required");
    let office = app.api("office");
    let noted = office.post(&acknowledge, json!({})).expect(200);
    assert_eq!(noted.json["state"], "acknowledged");
    office
        .post(&acknowledge, json!({}))
        .refused(409, "objection_acknowledged");
    let seen = app.client().get(&follow).expect(200);
    assert_eq!(seen.json["state"], "acknowledged");
    assert!(seen.json["acknowledged_at"].is_string());
    scored.office("/conclude").refused(409, "publicity_running");
    app.browser("supervisor")
        .get("/home")
        .expect(200)
        .lacks("异议逾期未答复");
    app.set_clock("2026-04-08T09:00+08:00");
    scored.office("/conclude").refused(409, "objection_open");
    app.browser("supervisor")
        .get("/home")
        .expect(200)
        .contains("异议逾期未答复");
    app.browser("office")
        .get("/home")
        .expect(200)
        .contains("答复异议");
}

#[test]
fn a_ranking_is_read_in_pieces_and_older_results_from_their_file() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.publicized();
    let path = scored.round.path("/result");
    let page = format!("/rounds/{}/result", scored.round.id);
    let read = || {
        [
            app.api("office").get(&path).expect(200).text,
            app.api("renhou").get(&path).expect(200).text,
            app.api("office")
                .get(&format!("{path}?bid_id={}", scored.bids[0]))
                .expect(200)
                .text,
        ]
    };
    let pieces = read();
    let one: Value = serde_json::from_str(&pieces[2]).unwrap();
    let rows = one["topics"][0]["rows"].as_array().unwrap();
    assert_eq!(rows[0]["sheets"].as_array().unwrap().len(), 4);
    assert!(rows[1]["sheets"].as_array().unwrap().is_empty());
    assert_eq!(rows[1]["criteria"].as_array().unwrap().len(), 4);
    app.api("office").get(&format!("{path}?bids=1")).expect(422);

    // The invariant sees a piece that says something else than the file.
    let database = app.database();
    database.execute("UPDATE result_rows SET line = REPLACE(line, '88.00', '89.00')");
    let findings = biaogan::check::run(&app.app.db).unwrap();
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings[0].contains("is not the file's"), "{findings:?}");

    // Results of before there were pieces.
    database.execute("UPDATE results SET head = NULL");
    database.execute("UPDATE result_rows SET line = NULL, counted_sheets = NULL");
    assert_eq!(read(), pieces);
    app.browser("office")
        .get(&page)
        .expect(200)
        .contains("88.00");
}

#[test]
fn it_goes_by_clicking_too() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
    ];
    round.open();
    let office = app.browser("office");
    let panel = format!("/rounds/{}/panel", round.id);
    office
        .get(&panel)
        .expect(200)
        .contains("马国平")
        .contains("保存名单");
    let started = office
        .submit(&panel, &format!("/rounds/{}/scoring", round.id), &[])
        .expect(303);
    let home = started.header("location").to_owned();
    office.get(&home).expect(200).contains("评分进度");
    for n in 1..=5 {
        let reviewer = app.browser(&format!("reviewer{n}"));
        reviewer.get("/home").expect(200).contains("签署评审承诺");
        reviewer.get(&home).expect(200).contains("评审承诺");
        reviewer
            .submit(&home, &format!("{home}/undertaking"), &[])
            .expect(303);
        reviewer.get(&home).expect(200).contains("开始评分");
        let page = format!("/bids/{}/score", bids[0]);
        let shown = reviewer.get(&page).expect(200).contains("外破隐患发现晚");
        let criteria: Vec<String> = shown
            .text
            .split("[criterion_id]\" value=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert_eq!(criteria.len(), 4, "{}", shown.text);
        let fields = |version: &str, marks: [&str; 4], submit: bool| {
            let mut fields = vec![("version".to_owned(), version.to_owned())];
            for (n, (criterion, mark)) in criteria.iter().zip(marks).enumerate() {
                fields.push((format!("marks[{n}][criterion_id]"), criterion.clone()));
                fields.push((format!("marks[{n}][mark]"), mark.to_owned()));
                fields.push((format!("marks[{n}][comment]"), String::new()));
            }
            if submit {
                fields.push(("submit".to_owned(), "true".to_owned()));
            }
            fields
        };
        let post = |path: &str, page: &str, fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            reviewer.submit(page, path, &fields)
        };
        let auto = post(
            &format!("{page}/autosave"),
            &page,
            fields("0", ["36", "", "", ""], false),
        )
        .expect(200);
        assert_eq!(auto.json["version"], 1);
        post(&page, &page, fields("1", ["41", "17", "13", "22"], true))
            .expect(422)
            .contains("value=\"41\"");
        post(&page, &page, fields("0", ["36", "17", "13", "22"], true)).expect(409);
        let next = post(&page, &page, fields("1", ["36", "17", "13", "22"], true)).expect(303);
        let second = format!("/bids/{}/score", bids[1]);
        assert_eq!(next.header("location"), second);
        let done = post(
            &second,
            &second,
            fields("0", ["30", "14", "12", "18"], true),
        )
        .expect(303);
        assert_eq!(done.header("location"), home);
    }
    let chair = app.browser("reviewer1");
    chair
        .submit(&home, &format!("/rounds/{}/lock", round.id), &[])
        .expect(303);
    let result = format!("/rounds/{}/result", round.id);
    for reader in ["office", "secretary", "supervisor", "reviewer2"] {
        app.browser(reader)
            .get(&result)
            .expect(200)
            .contains("88.00");
    }
    chair
        .get(&format!("/rounds/{}/fairness", round.id))
        .expect(200)
        .contains("评委1");
    let secretary = app.browser("secretary");
    secretary.get("/home").expect(200).contains("决定中标");
    let decision = format!("/rounds/{}/decision", round.id);
    secretary.get(&decision).expect(200).contains("决定中标");
    let (a, b) = (bids[0].to_string(), bids[1].to_string());
    let mut fields = vec![
        ("minute_number", "党委会纪要〔2026〕3号"),
        ("minute_date", "2026-03-21"),
        ("items[0][bid_id]", &a),
        ("items[0][outcome]", "reserve"),
        ("items[1][bid_id]", &b),
        ("items[1][outcome]", "winner"),
    ];
    secretary
        .submit(&decision, &decision, &fields)
        .expect(422)
        .contains("请写明理由");
    fields.push(("items[0][reason]", "统筹安排"));
    fields.push(("items[1][reason]", "统筹安排"));
    secretary.submit(&decision, &decision, &fields).expect(303);
    office
        .submit(&result, &format!("/rounds/{}/publicity", round.id), &[])
        .expect(303);
    let form = format!("/rounds/{}/objection", round.id);
    let visitor = app.visitor();
    visitor.get(&form).expect(200).contains("提出异议");
    visitor
        .post_raw(&form, &[("content", "请核查")])
        .expect(422)
        .contains("请核查");
    let lodged = visitor
        .post_raw(
            &form,
            &[
                ("content", "请核查"),
                ("contact", "13800000000"),
                ("anonymous", "true"),
            ],
        )
        .expect(303);
    visitor.follow(&lodged).expect(200).contains("查询码");
    office.get("/home").expect(200).contains("答复异议");
    let list = format!("/rounds/{}/objections", round.id);
    let shown = office.get(&list).expect(200).contains("13800000000");
    let id = shown
        .text
        .split("/objections/")
        .filter_map(|rest| rest.split("/answer").next()?.parse::<i64>().ok())
        .next()
        .unwrap();
    let action = format!("/objections/{id}/answer");
    office
        .submit(&list, &action, &[("outcome", "rejected")])
        .expect(422);
    office
        .submit(
            &list,
            &action,
            &[("outcome", "rejected"), ("answer", "已核查。")],
        )
        .expect(303);
    visitor.follow(&lodged).expect(200).contains("已核查。");
    app.set_clock("2026-03-31T09:00+08:00");
    app.browser("yunwei")
        .get(&result)
        .expect(200)
        .contains("备选第 1");
}
