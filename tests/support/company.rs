//! A company some of whose branches have won: the whole way from a round to a project, walked quickly and kept.

use chrono::Duration;
use serde_json::{Value, json};

use super::actors::{Actor, BEFORE_ACCEPTANCE, Subject};
use super::app::START;
use super::rounds::{TestRound, bid_body};
use super::{TestApp, TestDatabase};

/// A round with one topic of one's own choice, open from now until tomorrow.
fn round_body(app: &TestApp, places: usize) -> Value {
    let at = |hours: i64| (app.now() + Duration::hours(hours)).to_rfc3339();
    json!({
        "year": 2026,
        "title": "2026年第一批党建创新项目招标",
        "guide": "指南",
        "opens_at": at(0),
        "deadline": at(24),
        "opening_at": at(25),
        "contract_days": 300,
        "topics": [{ "lane": "self_proposed", "title": "基层自选项目", "requirements": "自选", "quota": places }],
    })
}

/// A bid whose plan says when the first step ends, and leaves the other five to the contract.
fn content(branch: &Actor, topic: i64) -> Value {
    let mut content = bid_body(topic, branch.id(), "平安“365”安全管控机制");
    content["problem"] = json!("青年职工违章占一半以上。");
    content["targets"] =
        json!([{ "name": "违章率", "baseline": "3.1", "target": "2.0", "unit": "‰" }]);
    content["plan"] = json!([
        { "step": "initiation", "ends_on": "2026-03-20", "work": "成立小组" },
    ]);
    content["budget"] = json!([{ "item": "培训教材", "amount": 1_200_000 }]);
    content["outcomes"] = json!({ "institutional": "安全管控办法" });
    content
}

impl TestApp {
    /// Walks a round that begins now as far as its decision: each of these branches wins.
    pub fn won_by(&self, branches: &[&str]) -> TestRound<'_> {
        self.won_in(round_body(self, branches.len()), branches)
    }

    fn won_in(&self, round: Value, branches: &[&str]) -> TestRound<'_> {
        let round = self.round_of(round).published_as_it_is();
        let bids: Vec<i64> = branches
            .iter()
            .map(|branch| {
                let applicant = self.actor(branch);
                let content = content(&applicant, round.topics[0]);
                let bid = applicant.drafts_as(&round, content).done();
                self.actor(&format!("{branch}.sj")).submits(&bid).done();
                bid.id()
            })
            .collect();
        self.wait(Duration::hours(25));
        self.actor("office").opens(&round).done();
        round.start_scoring();
        for (nth, reviewer) in (1..).zip(super::rounds::REVIEWERS) {
            let reviewer = self.actor(reviewer);
            for (place, bid) in bids.iter().enumerate() {
                let scored = reviewer.scores(*bid, 92.0 - 4.0 * place as f64 - f64::from(nth));
                // A reviewer's own branch may be among them.
                if scored.status != 403 {
                    scored.done();
                }
            }
        }
        round.decide();
        round
    }

    /// The same, posted the day after; answers until when.
    fn publicized_by(&self, branches: &[&str]) -> (i64, String) {
        self.posted(self.won_by(branches))
    }

    fn posted(&self, round: TestRound) -> (i64, String) {
        self.wait(Duration::hours(23));
        let posted = self.actor("office").publicizes(&round).done();
        let until = posted.json["publicity_until"].as_str().unwrap();
        (round.id, until.to_owned())
    }

    /// The same, concluded on the day after the publicity.
    pub fn concluded_by(&self, branches: &[&str]) -> i64 {
        self.conclude_after(self.publicized_by(branches))
    }

    fn conclude_after(&self, (round, until): (i64, String)) -> i64 {
        self.set_clock(&format!("{until}T09:00+08:00"));
        self.wait(Duration::days(1));
        self.actor("office").concludes(round).done();
        round
    }

    /// Signed by both sides; answers the contract, with its project.
    pub fn sign_both(&self, secretary: &str, contract: impl Subject) -> Value {
        let contract = contract.subject_id();
        self.actor(secretary).signs(contract).done();
        self.actor("secretary").signs(contract).done().json
    }

    /// Each branch's project of a concluded round, come to its acceptance step.
    pub fn projects_of(&self, round: i64, branches: &[&str]) -> Vec<i64> {
        let office = self.actor("office");
        let drafted = office.drafts_contracts(round).done();
        let contracts = drafted.items();
        assert_eq!(contracts.len(), branches.len(), "{}", drafted.text);
        let organization =
            |branch: &str| self.actor(branch).reads("/me").json["organization_id"].clone();
        branches
            .iter()
            .map(|branch| {
                let own = organization(branch);
                let contract = contracts.iter().find(|one| one["organization_id"] == own);
                let signed = self.sign_both(&format!("{branch}.sj"), contract.unwrap());
                let project = signed["project_id"].as_i64().unwrap();
                self.pass_steps(branch, project, BEFORE_ACCEPTANCE);
                project
            })
            .collect()
    }

    /// Reported by the branch, passed by the office.
    pub fn pass_steps(&self, branch: &str, project: i64, steps: &[&str]) {
        let (branch, office) = (self.actor(branch), self.actor("office"));
        for step in steps {
            branch.reports(project, step).done();
            office.passes(project, step).done();
        }
    }

    /// Three sheets, two ballots, one questionnaire; closed. Answers the acceptance.
    pub fn closes_acceptance(
        &self,
        acceptance: i64,
        percent: i64,
        choice: &str,
        rating: i64,
    ) -> Value {
        self.fills_acceptance(acceptance, percent, choice, rating);
        self.actor("office").closes(acceptance).done().json
    }

    /// The same up to the closing.
    pub fn fills_acceptance(&self, acceptance: i64, percent: i64, choice: &str, rating: i64) {
        for reviewer in ["reviewer1", "reviewer2", "reviewer3"] {
            self.actor(reviewer)
                .marks_on_site(acceptance, percent)
                .done();
        }
        let (office, voter) = (self.actor("office"), self.passer_by());
        for code in office.codes(acceptance, "ballot", 2) {
            voter.votes(&code, choice).done();
        }
        for code in office.codes(acceptance, "questionnaire", 1) {
            voter.answers_all(&code, rating).done();
        }
    }

    /// The company on 1 March 2026, its round in a publicity that lasts until the day after.
    pub fn publicized(branches: &[&str]) -> (Self, i64) {
        let (database, round) = walked("publicized", branches, "2026-02-22T09:00+08:00", |app| {
            app.publicized_by(branches).0
        });
        (Self::start_on(database, START, |_| {}), round)
    }

    /// The company on 1 March 2026, with a round that has just been concluded; each of these branches has won.
    pub fn concluded(branches: &[&str]) -> (Self, i64) {
        let (database, round) = concluded(branches);
        (Self::start_on(database, START, |_| {}), round)
    }

    /// The company on 1 March 2026, with a project of each of these branches that has come to its acceptance step.
    pub fn ready(branches: &[&str]) -> (Self, Vec<i64>) {
        let (database, projects) = ready(branches);
        (Self::start_on(database, START, |_| {}), projects)
    }

    /// The same after a round that asks for something else.
    pub fn ready_after(branches: &[&str], change: impl FnOnce(&mut Value)) -> (Self, Vec<i64>) {
        let app = Self::start_on(
            TestDatabase::with_company(),
            "2026-02-11T09:00+08:00",
            |_| {},
        );
        let mut round = round_body(&app, branches.len());
        change(&mut round);
        let round = app.conclude_after(app.posted(app.won_in(round, branches)));
        let projects = app.projects_of(round, branches);
        (app, projects)
    }
}

fn walked<Notes: serde::Serialize + serde::de::DeserializeOwned>(
    name: &str,
    branches: &[&str],
    from: &str,
    walk: impl FnOnce(&TestApp) -> Notes,
) -> (TestDatabase, Notes) {
    TestDatabase::kept_with(&format!("{name} {branches:?}"), || {
        let app = TestApp::start_on(TestDatabase::with_company(), from, |_| {});
        let notes = walk(&app);
        (app.into_database(), notes)
    })
}

fn concluded(branches: &[&str]) -> (TestDatabase, i64) {
    walked("concluded", branches, "2026-02-11T09:00+08:00", |app| {
        app.concluded_by(branches)
    })
}

/// The same as [`TestApp::ready`], before anybody starts it. Everything was done earlier on that day: ids are given by
/// the clock, and only one process remembers those it has given.
pub fn ready(branches: &[&str]) -> (TestDatabase, Vec<i64>) {
    TestDatabase::kept_with(&format!("ready {branches:?}"), || {
        let (database, round) = concluded(branches);
        let app = TestApp::start_on(database, "2026-03-01T08:00+08:00", |_| {});
        let projects = app.projects_of(round, branches);
        (app.into_database(), projects)
    })
}
