//! Rounds and bids in any state, made through the API by the people whose step it is.
//!
//! ```ignore
//! let round = app.round().published();
//! let bid = round.submitted_bid("yunwei", 0);
//! round.open();
//! ```

use serde_json::{Value, json};

use super::app::PASSWORD;
use super::{Answer, TestApp};

/// Branches that bid when a test only wants some bids.
pub const BRANCHES: &[&str] = &[
    "yunwei", "renhou", "biandian", "jianxiu", "wangjing", "gaochang", "beiluo", "baihe",
];

pub struct TestRound<'a> {
    pub app: &'a TestApp,
    pub id: i64,
    pub topics: Vec<i64>,
}

/// A round as `office` would type it: two commissioned topics, a lane of one's own choice.
pub fn round_body() -> Value {
    json!({
        "year": 2026,
        "title": "2026年第一批党建创新项目招标",
        "guide": "围绕青年培养与优质服务。",
        "opens_at": "2026-03-02T01:00:00Z",
        "deadline": "2026-03-20T09:00:00Z",
        "opening_at": "2026-03-21T01:00:00Z",
        "topics": [
            { "lane": "commissioned", "title": "青年员工培养", "requirements": "须有两项以上目标。", "quota": 1, "budget_ceiling": 5_000_000 },
            { "lane": "commissioned", "title": "停电投诉治理", "quota": 1 },
            { "lane": "self_proposed", "title": "基层自选项目", "quota": 2 },
        ],
    })
}

/// A bid with nothing missing.
pub fn bid_body(topic: i64, leader: i64, title: &str) -> Value {
    json!({
        "topic_id": topic,
        "title": title,
        "problem": "外破隐患发现晚、处置慢。",
        "targets": [{ "name": "外破跳闸", "baseline": "6", "target": "2", "unit": "次/年" }],
        "plan": [
            { "step": "initiation", "starts_on": "2026-05-06", "ends_on": "2026-05-20", "work": "成立项目组,定计划。" },
            { "step": "breakdown", "starts_on": "2026-05-21", "ends_on": "2026-06-10", "work": "分到人、分到线路。" },
            { "step": "research_practice", "starts_on": "2026-06-11", "ends_on": "2026-08-31", "work": "逐线走访。" },
            { "step": "control", "starts_on": "2026-06-11", "ends_on": "2026-08-31", "work": "每周碰头。" },
            { "step": "acceptance", "starts_on": "2026-09-01", "ends_on": "2026-09-30", "work": "自查并申请验收。" },
            { "step": "promotion", "starts_on": "2026-10-08", "ends_on": "2026-10-31", "work": "整理成册。" },
        ],
        "team": { "leader": leader, "members": [] },
        "track_record": "去年完成线路改造三项。",
        "credit": "近三年无考核扣分。",
        "capability": "党员十二名,技师四名。",
        "budget": [{ "item": "宣传材料", "amount": 120_000 }],
        "outcomes": { "theoretical": "", "institutional": "隐患闭环办法", "brand": "平安“365”" },
    })
}

impl TestApp {
    /// A draft round of the office, with the default rule.
    pub fn round(&self) -> TestRound<'_> {
        self.round_of(round_body())
    }

    pub fn round_of(&self, body: Value) -> TestRound<'_> {
        let made = self.api("office").post("/api/v1/rounds", body).expect(201);
        let topics = made.json["topics"]
            .as_array()
            .unwrap_or_else(|| panic!("no topics: {}", made.text))
            .iter()
            .map(|topic| topic["id"].as_i64().unwrap())
            .collect();
        TestRound {
            app: self,
            id: made.id(),
            topics,
        }
    }

    pub fn user_id(&self, username: &str) -> i64 {
        self.api(username).get("/api/v1/me").expect(200).id()
    }
}

/// Opened on 21 March, 9:00, by office and supervisor.
pub fn open_round(app: &TestApp, round: &str) {
    app.set_clock("2026-03-21T09:00+08:00");
    let body = json!({
        "openers": [{ "username": "office", "password": PASSWORD }, { "username": "supervisor", "password": PASSWORD }],
        "attendance": "周敏、韩玉梅",
    });
    app.api("office")
        .post(&format!("/api/v1/rounds/{round}/opening"), body)
        .expect(200);
}

impl TestRound<'_> {
    pub fn path(&self, below: &str) -> String {
        format!("/api/v1/rounds/{}{below}", self.id)
    }

    /// Seats five reviewers, `reviewer1` in the chair.
    pub fn with_panel(self) -> Self {
        let members: Vec<Value> = (1..=5)
            .map(|n| {
                let seat = if n == 1 { "chair" } else { "member" };
                json!({ "user_id": self.app.user_id(&format!("reviewer{n}")), "seat": seat })
            })
            .collect();
        let office = self.app.api("office");
        let version = office.get(&self.path("/panel")).expect(200).version();
        office
            .put(&self.path("/panel"), version, json!({ "members": members }))
            .expect(200);
        self
    }

    /// Published with the clock where it stands.
    pub fn published_as_it_is(self) -> Self {
        let round = self.with_panel();
        let office = round.app.api("office");
        office.post(&round.path("/publish"), json!({})).expect(200);
        round
    }

    /// Published, and open for bids since 2 March, 9:00.
    pub fn published(self) -> Self {
        let round = self.published_as_it_is();
        round.app.set_clock("2026-03-02T09:00+08:00");
        round
    }

    /// A draft with everything in it, by the branch's applicant.
    pub fn draft_bid(&self, branch: &str, topic: usize) -> i64 {
        let applicant = self.app.api(branch);
        let leader = self.app.user_id(branch);
        let title = format!("{branch} 的项目");
        let body = json!({ "content": bid_body(self.topics[topic], leader, &title) });
        applicant.post(&self.path("/bids"), body).expect(201).id()
    }

    /// The same, submitted by the branch's secretary.
    pub fn submitted_bid(&self, branch: &str, topic: usize) -> i64 {
        let bid = self.draft_bid(branch, topic);
        let secretary = self.app.api(&format!("{branch}.sj"));
        secretary
            .post(&format!("/api/v1/bids/{bid}/submit"), json!({}))
            .expect(200);
        bid
    }

    /// So many bids, of different branches, on the first topic.
    pub fn with_bids(&self, count: usize) -> Vec<i64> {
        BRANCHES
            .iter()
            .take(count)
            .map(|branch| self.submitted_bid(branch, 0))
            .collect()
    }

    /// Opened on 21 March, 9:00, witnessed by the supervisor.
    pub fn open(&self) {
        open_round(self.app, &self.id.to_string());
    }

    /// Undertakings signed, scoring begun.
    pub fn start_scoring(&self) {
        let office = self.app.api("office");
        let panel = office.get(&self.path("/panel")).expect(200);
        let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
        for nth in 1..=5 {
            self.app
                .api(&format!("reviewer{nth}"))
                .post(
                    &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                    json!({}),
                )
                .expect(200);
        }
        office.post(&self.path("/scoring"), json!({})).expect(200);
    }

    /// One sheet, every criterion at this share of its full marks, in per cent.
    pub fn score(&self, reviewer: &str, bid: i64, percent: f64) -> Answer {
        let client = self.app.api(reviewer);
        let path = format!("/api/v1/bids/{bid}/score_sheet");
        let sheet = client.get(&path).expect(200);
        let marks: Vec<Value> = sheet.json["criteria"]
            .as_array()
            .unwrap()
            .iter()
            .map(|criterion| {
                let full = criterion["full_marks"].as_f64().unwrap();
                // In steps of half a mark.
                let mark = (full * percent / 50.0).round() / 2.0;
                json!({ "criterion_id": criterion["id"], "mark": mark, "comment": "材料扎实" })
            })
            .collect();
        client.put(
            &path,
            sheet.version(),
            json!({ "marks": marks, "submit": true }),
        )
    }

    /// All five reviewers hand in a sheet for each bid; the first bid is the best.
    pub fn score_all(&self, bids: &[i64]) {
        for nth in 1..=5 {
            for (place, bid) in bids.iter().enumerate() {
                let percent = 92.0 - 4.0 * place as f64 - f64::from(nth);
                self.score(&format!("reviewer{nth}"), *bid, percent)
                    .expect(200);
            }
        }
    }

    /// Locked and decided as ranked.
    pub fn decide(&self) {
        self.app
            .api("office")
            .post(&self.path("/lock"), json!({}))
            .expect(200);
        let result = self
            .app
            .api("secretary")
            .get(&self.path("/result"))
            .expect(200);
        let mut items = Vec::new();
        proposals(&result.json, &mut items);
        assert!(!items.is_empty(), "nothing is proposed: {}", result.text);
        let body = json!({ "minute_number": "党委会纪要〔2026〕3号", "minute_date": "2026-03-20", "items": items });
        self.app
            .api("secretary")
            .post(&self.path("/decision"), body)
            .expect(200);
    }

    /// Every failed topic that waits for a decision is closed.
    pub fn close_failed_topics(&self) {
        let office = self.app.api("office");
        let round = office.get(&self.path("")).expect(200);
        for topic in round.json["topics"].as_array().unwrap() {
            if topic["failed"] == true && topic["failure"]["decision"].is_null() {
                let path = format!("/api/v1/topics/{}/decision", topic["id"]);
                let body = json!({ "decision": "close", "reason": "本年度不再安排。" });
                office.post(&path, body).expect(200);
            }
        }
    }

    /// Publicized on 25 March for five working days, concluded on 2 April.
    pub fn conclude(&self) {
        self.app.set_clock("2026-03-25T15:00+08:00");
        let office = self.app.api("office");
        let posted = office.post(&self.path("/publicity"), json!({})).expect(200);
        assert_eq!(
            posted.json["publicity_until"], "2026-04-01",
            "{}",
            posted.text
        );
        office
            .post(&self.path("/conclude"), json!({}))
            .refused(409, "publicity_running");
        self.app.set_clock("2026-04-02T09:00+08:00");
        self.close_failed_topics();
        office.post(&self.path("/conclude"), json!({})).expect(200);
    }
}

/// What the ranking proposes, as a decision's items.
fn proposals(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| proposals(item, found)),
        Value::Object(fields) => match (fields.get("bid_id"), fields.get("proposal")) {
            (Some(bid), Some(proposal)) => {
                if proposal == "failed_topic" {
                    return;
                }
                let outcome = match proposal.as_str().unwrap_or_default() {
                    "winner" => "winner",
                    "reserve" => "reserve",
                    _ => "rejected",
                };
                found.push(json!({ "bid_id": bid, "outcome": outcome }));
            }
            _ => fields.values().for_each(|item| proposals(item, found)),
        },
        _ => {}
    }
}
