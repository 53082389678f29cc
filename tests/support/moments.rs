//! One walk through a company's work, from a draft round to what others copy, each step by the person whose it is; the
//! company is kept at every stop, so that whoever begins there walks nothing again.
//!
//! ```ignore
//! let (app, world) = Moment::Publicized.start();
//! app.actor("office").concludes(world.id("round")).refused(409, "publicity_running");
//! ```

use chrono::Duration;
use serde_json::json;

use super::actors::BEFORE_ACCEPTANCE;
use super::app::moment;
use super::rounds::{REVIEWERS, TestRound};
use super::world::World;
use super::{TestApp, TestDatabase};

/// A stop on the way; each is a step after the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The office has written a round and seated its panel.
    Draft,
    /// Published; 运维党支部 is writing a bid.
    Open,
    /// That bid is in and sealed, the round still takes others.
    Sealed,
    /// The deadline has passed with three bids in the box.
    Closed,
    Opened,
    /// Undertakings are signed, the chair has handed in one sheet.
    Scoring,
    /// Locked.
    Scored,
    Decided,
    /// In its publicity, with an objection nobody has answered.
    Publicized,
    Concluded,
    /// The winner's contract waits for both signatures.
    Drafted,
    /// The project has its first step reported.
    InForce,
    /// The panel marks on site, ballots are open.
    Accepting,
    /// Graded, with a certificate; its case is a draft.
    Accepted,
    /// The case is published, the site named, another branch has copied it.
    Shown,
}

impl Moment {
    pub const ALL: [Self; 15] = [
        Self::Draft,
        Self::Open,
        Self::Sealed,
        Self::Closed,
        Self::Opened,
        Self::Scoring,
        Self::Scored,
        Self::Decided,
        Self::Publicized,
        Self::Concluded,
        Self::Drafted,
        Self::InForce,
        Self::Accepting,
        Self::Accepted,
        Self::Shown,
    ];

    /// When its step is taken.
    fn at(self) -> &'static str {
        match self {
            Self::Draft => "2026-03-01T09:00+08:00",
            Self::Open => "2026-03-02T09:00+08:00",
            Self::Sealed => "2026-03-10T09:00+08:00",
            Self::Closed => "2026-03-20T16:00+08:00",
            Self::Opened => "2026-03-21T09:00+08:00",
            Self::Scoring => "2026-03-21T10:00+08:00",
            Self::Scored => "2026-03-21T11:00+08:00",
            Self::Decided => "2026-03-21T12:00+08:00",
            Self::Publicized => "2026-03-25T15:00+08:00",
            Self::Concluded => "2026-04-02T09:00+08:00",
            Self::Drafted => "2026-04-02T10:00+08:00",
            Self::InForce => "2026-04-02T11:00+08:00",
            Self::Accepting => "2026-04-02T12:00+08:00",
            Self::Accepted => "2026-04-02T13:00+08:00",
            Self::Shown => "2026-04-02T14:00+08:00",
        }
    }

    /// So many minutes later. Whoever begins here begins later than what was done: ids are given by the clock, and only
    /// one process remembers those it has given.
    pub fn later(self, minutes: i64) -> String {
        let at = match self {
            // The deadline is at five.
            Self::Closed => "2026-03-20T18:00+08:00",
            _ => self.at(),
        };
        (moment(at) + Duration::minutes(minutes)).to_rfc3339()
    }

    /// A copy of the company at this moment, and its ids.
    pub fn copy(self) -> (TestDatabase, World) {
        TestDatabase::kept_with(&format!("{self:?}"), || {
            let place = Self::ALL.iter().position(|one| *one == self).unwrap();
            let (app, mut world) = match place.checked_sub(1) {
                Some(before) => Self::ALL[before].start(),
                None => {
                    let app = TestApp::start();
                    let world = World::of_people(&app);
                    (app, world)
                }
            };
            self.walk(&app, &mut world);
            (app.into_database(), world)
        })
    }

    /// The service, a little later.
    pub fn start(self) -> (TestApp, World) {
        let (database, world) = self.copy();
        (TestApp::start_on(database, &self.later(5), |_| {}), world)
    }

    /// From the moment before to this one.
    fn walk(self, app: &TestApp, world: &mut World) {
        // These two begin with what is done before their hour.
        if !matches!(self, Self::Open | Self::Concluded) {
            app.set_clock(self.at());
        }
        match self {
            Self::Draft => draft(app, world),
            Self::Open => open(app, world),
            Self::Sealed => seal(app, world),
            Self::Closed => fill_the_box(app, world),
            Self::Opened => {
                app.actor("office").opens(world.id("round")).done();
            }
            Self::Scoring => score_one(app, world),
            Self::Scored => score_the_others(app, world),
            Self::Decided => {
                app.actor("secretary").decides(world.id("round")).done();
            }
            Self::Publicized => publicize(app, world),
            Self::Concluded => conclude(app, world),
            Self::Drafted => draft_contract(app, world),
            Self::InForce => sign(app, world),
            Self::Accepting => begin_acceptance(app, world),
            Self::Accepted => accept(app, world),
            Self::Shown => show(app, world),
        }
    }
}

fn draft(app: &TestApp, world: &mut World) {
    let round = app.round().with_panel();
    world.set("round", round.id);
    world.set("topic", round.topics[0]);
}

fn open(app: &TestApp, world: &mut World) {
    let round = TestRound::known(app, world.id("round"));
    app.actor("office").publishes(&round).done();
    app.set_clock(Moment::Open.at());
    let yunwei = app.actor("yunwei");
    let bid = yunwei.drafts(&round, 0).done();
    world.note("bid", &bid.json["id"]);
    world.set("revision", 1);
    world.note("attachment", &yunwei.attaches(&bid).done().json["id"]);
    let asked = app
        .actor("renhou")
        .asks(&round, "培训费可以列支吗？")
        .done();
    world.note("question", &asked.json["id"]);
}

fn seal(app: &TestApp, world: &mut World) {
    let bid = world.id("bid");
    let attached = app.actor("yunwei").attaches(bid).done();
    world.note("attachment", &attached.json["id"]);
    app.actor("yunwei.sj").submits(bid).done();
}

fn fill_the_box(app: &TestApp, world: &mut World) {
    let round = TestRound::known(app, world.id("round"));
    for (kind, branch) in [("second_bid", "renhou"), ("third_bid", "biandian")] {
        world.set(kind, round.submitted_bid(branch, 0));
    }
}

fn score_one(app: &TestApp, world: &mut World) {
    let round = TestRound::known(app, world.id("round"));
    round.start_scoring();
    let evaluation = round.evaluation();
    world.set("evaluation", evaluation);
    let chair = app.actor("reviewer1");
    chair.scores(world.id("bid"), 91.0).done();
    let sheets = app.actor("office").reads(&format!(
        "/evaluations/{evaluation}/score_sheets?limit=1&reviewer_id={}",
        chair.id()
    ));
    world.note("score_sheet", &sheets.items()[0]["id"]);
}

fn score_the_others(app: &TestApp, world: &mut World) {
    let bids = ["bid", "second_bid", "third_bid"].map(|kind| world.id(kind));
    for (nth, name) in (1..).zip(REVIEWERS) {
        let reviewer = app.actor(name);
        // The chair's first sheet is in.
        let done = usize::from(nth == 1);
        for (place, bid) in bids.iter().enumerate().skip(done) {
            let percent = 92.0 - 4.0 * place as f64 - f64::from(nth);
            reviewer.scores(*bid, percent).done();
        }
    }
    app.actor("office").locks(world.id("round")).done();
}

fn publicize(app: &TestApp, world: &mut World) {
    let round = TestRound::known(app, world.id("round"));
    round.publicize();
    let lodged = app.passer_by().objects(&round, "业绩不实。").done();
    world.note("objection_code", &lodged.json["code"]);
    let known = app.actor("office").objections(&round);
    world.note("objection", &known[0]["id"]);
    let told = json!({ "content": "填表太多，能不能合并成一张。" });
    let told = app.passer_by().does("/public/complaints", told).done();
    world.note("complaint_code", &told.json["code"]);
    world.note("box_code", &told.json["code"]);
    let known = app.actor("office").reads("/complaints");
    world.note("complaint", &known.items()[0]["id"]);
}

fn conclude(app: &TestApp, world: &mut World) {
    let round = TestRound::known(app, world.id("round"));
    let office = app.actor("office");
    office.rejects(world.id("objection"), "经核实属实。").done();
    app.set_clock(Moment::Concluded.at());
    round.close_failed_topics();
    office.concludes(&round).done();
}

fn draft_contract(app: &TestApp, world: &mut World) {
    let office = app.actor("office");
    let drafted = office.drafts_contracts(world.id("round")).done();
    let contract = &drafted.items()[0];
    assert_eq!(contract["bid_id"], world.id("bid"), "{}", drafted.text);
    world.note("contract", &contract["id"]);
}

fn sign(app: &TestApp, world: &mut World) {
    let contract = world.id("contract");
    app.actor("yunwei.sj").signs(contract).done();
    let signed = app.actor("secretary").signs(contract).done();
    let yunwei = app.actor("yunwei");
    let project = signed.json["project_id"].as_i64().unwrap();
    world.set("project", project);
    let reported = yunwei.reports(project, "initiation").done();
    world.note("step", &reported.json["steps"][0]["id"]);
}

fn begin_acceptance(app: &TestApp, world: &mut World) {
    let project = world.id("project");
    let (yunwei, office) = (app.actor("yunwei"), app.actor("office"));
    for step in BEFORE_ACCEPTANCE {
        if *step != "initiation" {
            yunwei.reports(project, step).done();
        }
        office.passes(project, step).done();
    }
    let begun = office.begins_acceptance(project).done();
    world.note("acceptance", &begun.json["id"]);
}

fn accept(app: &TestApp, world: &mut World) {
    let acceptance = world.id("acceptance");
    app.closes_acceptance(acceptance, 90, "excellent", 5);
    let decided = app.actor("secretary").grades(acceptance, json!({})).done();
    world.note("certificate_code", &decided.json["certificate"]);
    let case = app.actor("yunwei").writes_case(world.id("project")).done();
    world.note("case", &case.json["id"]);
}

fn show(app: &TestApp, world: &mut World) {
    let project = world.id("project");
    let (office, copier) = (app.actor("office"), app.actor("renhou.sj"));
    app.actor("yunwei").reports(project, "promotion").done();
    office.passes(project, "promotion").done();
    office.publishes_case(world.id("case")).done();
    let site = office.nominates(project).done();
    app.actor("secretary").names(&site, 3).done();
    world.note("site", &site.json["id"]);
    let adopted = copier.adopts(&site, "按本所岗位重写。").done();
    copier.tells_effect(&adopted, "投诉降了三成。").done();
    world.note("replication", &adopted.json["id"]);
    let announced = app.passer_by().reads("/public/announcements");
    world.note("announcement", &announced.items()[0]["id"]);
}
