//! Rounds and bids in any state, made through the API by the people whose step it is.
//!
//! ```ignore
//! let round = app.round().published();
//! let bid = round.submitted_bid("yunwei", 0);
//! round.open();
//! ```
//!
//! Here the clock is walked; what the people say is [`actors`](super::actors)'.

use serde_json::{Value, json};

use super::actors::Subject;
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
        "contract_days": 240,
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

fn topics_of(round: &Answer) -> Vec<i64> {
    round.json["topics"]
        .as_array()
        .unwrap_or_else(|| panic!("no topics: {}", round.text))
        .iter()
        .map(|topic| topic["id"].as_i64().unwrap())
        .collect()
}

impl TestApp {
    /// A draft round of the office, with the default rule.
    pub fn round(&self) -> TestRound<'_> {
        self.round_of(round_body())
    }

    pub fn round_of(&self, body: Value) -> TestRound<'_> {
        let made = self.api("office").post("/api/v1/rounds", body).expect(201);
        TestRound {
            app: self,
            id: made.id(),
            topics: topics_of(&made),
        }
    }

    pub fn user_id(&self, username: &str) -> i64 {
        self.api(username).get("/api/v1/me").expect(200).id()
    }
}

/// Opened on 21 March, 9:00, by office and supervisor.
pub fn open_round(app: &TestApp, round: &str) {
    app.set_clock("2026-03-21T09:00+08:00");
    let round: i64 = round.parse().unwrap();
    app.actor("office").opens(round).done();
}

/// Who sits on a panel unless a test says otherwise; the first is in the chair.
pub const REVIEWERS: [&str; 5] = [
    "reviewer1",
    "reviewer2",
    "reviewer3",
    "reviewer4",
    "reviewer5",
];

impl Subject for TestRound<'_> {
    fn subject_id(&self) -> i64 {
        self.id
    }
}

impl<'a> TestRound<'a> {
    /// A round somebody made before, such as in a database that was copied.
    pub fn known(app: &'a TestApp, id: i64) -> Self {
        let shown = app.actor("office").reads(&format!("/rounds/{id}"));
        Self {
            app,
            id,
            topics: topics_of(&shown),
        }
    }
}

impl TestRound<'_> {
    pub fn path(&self, below: &str) -> String {
        format!("/api/v1/rounds/{}{below}", self.id)
    }

    /// Seats five reviewers, `reviewer1` in the chair.
    pub fn with_panel(self) -> Self {
        self.app.actor("office").seats(&self, &REVIEWERS).done();
        self
    }

    /// Published with the clock where it stands.
    pub fn published_as_it_is(self) -> Self {
        let round = self.with_panel();
        round.app.actor("office").publishes(&round).done();
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
        self.app.actor(branch).drafts(self, topic).done().id()
    }

    /// The same, submitted by the branch's secretary.
    pub fn submitted_bid(&self, branch: &str, topic: usize) -> i64 {
        let bid = self.draft_bid(branch, topic);
        self.app.actor(&format!("{branch}.sj")).submits(bid).done();
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

    pub fn evaluation(&self) -> i64 {
        let panel = self.app.api("office").get(&self.path("/panel")).expect(200);
        panel.json["evaluation_id"].as_i64().unwrap()
    }

    /// Undertakings signed, scoring begun.
    pub fn start_scoring(&self) {
        let evaluation = self.evaluation();
        for reviewer in REVIEWERS {
            self.app.actor(reviewer).undertakes(evaluation).done();
        }
        self.app.actor("office").starts_scoring(self).done();
    }

    /// One sheet, every criterion at this share of its full marks, in per cent.
    pub fn score(&self, reviewer: &str, bid: i64, percent: f64) -> Answer {
        self.app.actor(reviewer).scores(bid, percent)
    }

    /// All five reviewers hand in a sheet for each bid they may mark; the first bid is the best.
    pub fn score_all(&self, bids: &[i64]) {
        for (nth, reviewer) in (1..).zip(REVIEWERS) {
            let reviewer = self.app.actor(reviewer);
            for (place, bid) in bids.iter().enumerate() {
                let percent = 92.0 - 4.0 * place as f64 - f64::from(nth);
                reviewer.scores(*bid, percent).done();
            }
        }
    }

    /// Locked and decided as ranked.
    pub fn decide(&self) {
        self.app.actor("office").locks(self).done();
        self.app.actor("secretary").decides(self).done();
    }

    /// Every failed topic that waits for a decision is closed.
    pub fn close_failed_topics(&self) {
        let office = self.app.actor("office");
        let round = office.reads(&format!("/rounds/{}", self.id));
        for topic in round.json["topics"].as_array().unwrap() {
            if topic["failed"] == true && topic["failure"]["decision"].is_null() {
                office.closes_topic(topic).done();
            }
        }
    }

    /// Publicized on 25 March for five working days.
    pub fn publicize(&self) {
        self.app.set_clock("2026-03-25T15:00+08:00");
        let posted = self.app.actor("office").publicizes(self).done();
        assert_eq!(
            posted.json["publicity_until"], "2026-04-01",
            "{}",
            posted.text
        );
    }

    /// Publicized on 25 March for five working days, concluded on 2 April.
    pub fn conclude(&self) {
        self.publicize();
        let office = self.app.actor("office");
        office.concludes(self).refused(409, "publicity_running");
        self.app.set_clock("2026-04-02T09:00+08:00");
        self.close_failed_topics();
        office.concludes(self).done();
    }
}
