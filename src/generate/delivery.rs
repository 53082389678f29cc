//! What follows a scored round: its decision and publicity, contracts, projects at every stage, cases, sites, copies.

use std::collections::HashMap;

use chrono::Duration;

use super::tender::together;
use super::{Branch, as_one, does};
use crate::acceptance::input::{
    AcceptanceInput, CloseInput, CodesInput, ConfirmInput, DecideInput, VoteInput,
};
use crate::acceptance::verbs::{Close, ConfirmVoters, Decide as Grade, IssueCodes, Open, Score};
use crate::acceptance::{self, Choice, CodeKind};
use crate::award::DecisionInput;
use crate::award::verbs::{self as award, Conclude, Publicize};
use crate::bids;
use crate::bids::content::StepKind;
use crate::clock::{self, Instant};
use crate::contracts;
use crate::contracts::verbs::{Draft, Sign, SignInput};
use crate::error::{Error, Result};
use crate::failed::rules::FailedDecision;
use crate::ids::{AcceptanceId, OrganizationId, ProjectId, RoundId, SiteId, UserId};
use crate::marks::Mark;
use crate::people;
use crate::projects;
use crate::projects::verbs::{EvidenceInput, Pass, PassInput, Submit};
use crate::result;
use crate::rounds;
use crate::rulings::{Decide as Rule, FailedInput};
use crate::scoring::input::{MarkInput, SheetInput};
use crate::seats;
use crate::showcase::input::{AdoptInput, CaseInput, CaseText, ReportInput, SiteInput, StarsInput};
use crate::showcase::verbs::{Adopt, NameSite, NominateSite, PublishCase, Report, WriteCase};
use crate::verbs::ceremony::Present;
use crate::verbs::{self, Within};
use crate::web::{App, Empty, Paper};

/// The steps before the acceptance.
const BUILT: [StepKind; 4] = [
    StepKind::Initiation,
    StepKind::Breakdown,
    StepKind::ResearchPractice,
    StepKind::Control,
];

/// Stages that projects are left at, one after the other.
const STAGES: usize = 6;

/// From the lock to projects at every stage.
pub(super) fn deliver(
    app: &App,
    round: RoundId,
    branches: &[Branch],
    begin: Instant,
    password: &str,
) -> Result<()> {
    let present = app.db.read_now(|c| together(c, password))?;
    conclude(app, round, begin)?;
    does::<Draft>(app, "office", round, Empty {})?;
    let secretaries: HashMap<OrganizationId, &str> = branches
        .iter()
        .map(|branch| (branch.organization, branch.username.as_str()))
        .collect();
    let winners = app.db.read_now(|c| {
        let won = result::winners(c, round)?;
        bids::by_ids(c, &won)
    })?;
    for (nth, bid) in winners.iter().enumerate() {
        let secretary = secretaries
            .get(&bid.organization_id)
            .copied()
            .unwrap_or_default();
        let adopter = branches
            .iter()
            .find(|branch| branch.organization != bid.organization_id);
        let contract = app.db.read_now(|c| contracts::of_bid(c, bid.id))?;
        let stage = nth % STAGES;
        if stage == 0 {
            continue;
        }
        for signer in [secretary, "secretary"] {
            let input = SignInput {
                password: String::new(),
                digest: None,
            };
            does::<Sign>(app, signer, contract, input)?;
        }
        let project = app
            .db
            .read_now(|c| projects::of_contract(c, contract))?
            .ok_or(Error::NotFound)?;
        build(app, project, secretary, stage)?;
        if stage >= 3 {
            accept(app, project, (stage > 3).then_some(&present))?;
        }
        if stage >= 4 {
            show(app, project, secretary, adopter.filter(|_| stage > 4))?;
        }
    }
    Ok(())
}

/// Everybody above the threshold wins.
fn conclude(app: &App, round: RoundId, begin: Instant) -> Result<()> {
    let day = clock::local_date(app.clock().now());
    as_one(app, "secretary", move |tx, actor| {
        let input = DecisionInput {
            minute_number: "党委会纪要〔样本〕1号".to_owned(),
            minute_date: day,
            note: None,
            items: award::presets(tx, round)?,
            others_as_proposed: false,
        };
        verbs::perform::<award::Decide>(tx, actor, &round, &input).map(drop)
    })?;
    does::<Publicize>(app, "office", round, Empty::default())?;
    app.clock().set(begin + Duration::days(50));
    let closed = FailedInput {
        decision: FailedDecision::Close,
        reason: "申报不足，不再安排。".to_owned(),
        lead_bid_id: None,
    };
    for topic in app.db.read_now(|c| rounds::topics(c, round))? {
        if topic.failed {
            does::<Rule>(app, "office", topic.id, closed.clone())?;
        }
    }
    does::<Conclude>(app, "office", round, Empty::default())?;
    Ok(())
}

/// The first step reported, or all before the acceptance passed.
fn build(app: &App, project: ProjectId, secretary: &str, stage: usize) -> Result<()> {
    for kind in BUILT {
        let input = EvidenceInput {
            evidence: "按计划完成，记录齐全。".to_owned(),
        };
        does::<Submit>(app, secretary, (project, kind), input)?;
        if stage == 1 {
            return Ok(());
        }
        does::<Pass>(app, "office", (project, kind), PassInput::default())?;
    }
    Ok(())
}

/// Its acceptance begun, or marked, voted on and graded by those who are present.
fn accept(app: &App, project: ProjectId, graded: Option<&Present>) -> Result<()> {
    let mut reviewers: Vec<UserId> = Vec::new();
    for nth in 1..=3 {
        let user = app
            .db
            .read_now(|c| people::user_by_username(c, &format!("reviewer{nth}")))?;
        reviewers.extend(user.map(|user| user.id));
    }
    let input = AcceptanceInput {
        chair: None,
        reviewers,
        eligible_voters: VOTERS,
        minimum_turnout: None,
        questions: Vec::new(),
        minimum_answers: None,
    };
    let made = does::<Open>(app, "office", project, input)?.acceptance;
    let Some(present) = graded else {
        return Ok(());
    };
    let criteria = app
        .db
        .read_now(|c| seats::criteria(c, made.evaluation_id))?;
    let sheet = SheetInput {
        marks: criteria
            .iter()
            .map(|criterion| MarkInput {
                criterion_id: criterion.id,
                mark: Some(Mark(criterion.full_marks.0 * 8 / 10 / 50 * 50)),
                comment: Some("现场核对。".to_owned()),
            })
            .collect(),
        submit: true,
        notes: None,
    };
    for nth in 1..=3 {
        does::<Score>(app, &format!("reviewer{nth}"), made.id, sheet.clone())?;
    }
    vote(app, made.id, present)?;
    let input = CloseInput {
        keys: present.clone(),
        ..CloseInput::default()
    };
    does::<Close>(app, "office", made.id, input)?;
    does::<Grade>(app, "secretary", made.id, DecideInput::default())?;
    Ok(())
}

/// As few as there may be.
const VOTERS: i64 = 5;

fn vote(app: &App, id: AcceptanceId, present: &Present) -> Result<()> {
    let input = ConfirmInput {
        counted_voters: VOTERS,
    };
    does::<ConfirmVoters>(app, "supervisor", id, input)?;
    let (present, shown) = (present.clone(), app.shown_once.clone());
    as_one(app, "office", move |tx, actor| {
        let wanted = CodesInput {
            kind: CodeKind::Ballot,
            count: VOTERS,
            present: Vec::new(),
            keys: present.clone(),
            paper: Some(Paper::new(&shown)),
        };
        let issued = verbs::perform::<IssueCodes>(tx, actor, &id, &wanted)?;
        for code in issued.slips.take(&shown, actor)?.codes {
            let input = VoteInput {
                choice: Some(Choice::Good),
                answers: Vec::new(),
            };
            acceptance::cast::cast(tx, actor.server_keys()?, &code, &input)?;
        }
        Ok(())
    })
}

/// Its case as a draft; with somebody who copies it, published, with a named site and the copy's effect.
fn show(app: &App, project: ProjectId, secretary: &str, adopter: Option<&Branch>) -> Result<()> {
    let text = |what: &str| format!("{what}：责任到人，按月检查，按季公示。");
    let input = CaseInput {
        project_id: project,
        text: CaseText {
            title: "样本案例".to_owned(),
            establish: text("立项"),
            solve: text("破题"),
            brand: text("品牌"),
            model: text("模式"),
        },
    };
    let case = does::<WriteCase>(app, secretary, project, input)?.case.id;
    let Some(adopter) = adopter else {
        return Ok(());
    };
    does::<PublishCase>(app, "office", case, Empty {})?;
    let site = site(app, project)?;
    let input = AdoptInput {
        site_id: Some(site),
        case_id: None,
        organization_id: Some(adopter.organization),
        adapted: "按本岗位改了考核表。".to_owned(),
    };
    let adopted = does::<Adopt>(app, &adopter.username, Adopt::within(&input), input)?;
    let report = ReportInput {
        effect: "同类问题减半。".to_owned(),
    };
    does::<Report>(app, &adopter.username, adopted.row.id, report)?;
    Ok(())
}

fn site(app: &App, project: ProjectId) -> Result<SiteId> {
    let input = SiteInput {
        project_id: project,
        name: "样本示范点".to_owned(),
        place: "样本公司".to_owned(),
        premises: "活动室一间。".to_owned(),
        content: "看板、记录、案例。".to_owned(),
        feature: "可看可学。".to_owned(),
        reason: Some("做法扎实。".to_owned()),
    };
    let site = does::<NominateSite>(app, "office", project, input)?.site.id;
    let stars = StarsInput {
        stars: 2,
        note: None,
    };
    does::<NameSite>(app, "secretary", site, stars)?;
    Ok(site)
}
