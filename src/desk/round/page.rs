//! One round with its small forms.

use serde::Serialize;

use super::shown::RoundShown;
use super::{failed, glance};
use crate::bids;
use crate::clock::{Instant, show_instant};
use crate::contracts;
use crate::db::Conn;
use crate::error::Result;
use crate::failed::rules::{FailedDecision, JointAnswer};
use crate::ids::{RoundId, TopicId};
use crate::opening;
use crate::people;
use crate::rounds::rules::Action;
use crate::rounds::scene::RoundScene;
use crate::rounds::shown::RoundQuestionShown;
use crate::rounds::verbs::Publish;
use crate::rounds::{self, OriginKind, RoundState, actions};
use crate::rulings::Close;
use crate::scoring;
use crate::seats;
use crate::verbs::{self, May, Scene, Subject, offer, refusal, refused};
use crate::web::{Ask, Page, PageQuery};
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, Role};

/// `GET /rounds/{id}`
pub fn show(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    let (c, actor, now) = ask.parts();
    let round = &on.round;
    let shown = on.shown(c, actor, now)?;
    let state = shown.state;
    let path = &on.committee_path;
    let office = actor.holds(Role::Office, path);
    let decides = actor.holds(Role::CommitteeSecretary, path);
    let overseer = actor.holds_any(OVERSEERS, path);
    let draft_refusal = if office && state == RoundState::Concluded {
        contracts::verbs::draft_refusal(c, actor, round, now)?
    } else {
        None
    };
    let panel = panel(c, &shown)?;
    let panel_size = panel.len();
    // Until the opening nobody outside the committee is told whom to talk to.
    let named = overseer || round.opened_at.is_some();
    let panel = if named { panel } else { Vec::new() };
    let opening = opening::of_round(c, id)?;
    let veil = &shown.veil;
    let recent: Vec<_> = actions::questions::answered(c, id, 3)?
        .into_iter()
        .map(|row| RoundQuestionShown::of(actor, row, veil))
        .collect();
    Ok(Page::new("rounds/show.html")
        .with("steps", &glance::stages(round, now))
        .with("rule_words", &seats::in_words(&shown.rule))
        .with("panel", &panel)
        .with("panel_size", &panel_size)
        .with("named", &named)
        .with("changes", &changes(c, &shown)?)
        .with("recent", &recent)
        .with("linked", &linked(c, &shown, office)?)
        .with("desk", &glance::desk(c, round, overseer, now)?)
        .with(
            "failed",
            &failed::lines(c, actor, round, (office, decides), veil, now)?,
        )
        .with("deciding", "")
        .with("decisions", &FailedDecision::labels())
        .with("answers", &JointAnswer::labels())
        .with("fate", actions::fate(round))
        .with(
            "minute",
            &opening.map(|row| (veil.text(&row.minute), row.audit_head)),
        )
        .with("mine", &bids::lines_of_own(c, actor, round)?)
        .with("may_bid", &!actor.own_organizations().is_empty())
        .with(
            "bid_refusal",
            &refusal::<bids::verbs::Create>(c, &on, actor, now)?,
        )
        .with("may", &may(c, &on, actor, now)?)
        .with("draft_refusal", &draft_refusal)
        .with("office", &office)
        .with("overseer", &overseer)
        .with(
            "may_compare",
            &actor.holds_any(&[Role::Office, Role::Supervisor], path),
        )
        .with("secretary", &actor.holds(Role::CommitteeSecretary, path))
        .with("state_label", state.label())
        .with("tone", state.tone())
        .with("round", &shown))
}

/// The same with the decision on a failed topic that was refused.
pub fn deciding(ask: &mut Ask, (id, topic): (RoundId, TopicId)) -> Result<Page> {
    Ok(show(ask, id)?.with("deciding", &topic.to_string()))
}

/// What the office may do now, by the buttons' names.
fn may(c: &mut Conn, on: &RoundScene, actor: &Actor, now: Instant) -> Result<May> {
    if on.by_office(actor).is_err() {
        return Ok(May::new());
    }
    let mut all = verbs::may(c, on, actor, now, &[offer::<Publish>(), offer::<Close>()])?;
    all.insert("open", refusal::<opening::Open>(c, on, actor, now)?);
    let score = scoring::actions::start::may_start(c, &on.round, &on.committee_path, now);
    all.insert("score", refused(score)?);
    for action in [Action::Publicize, Action::Conclude] {
        all.insert(action.as_str(), refused(on.next(action, now))?);
    }
    Ok(all)
}

/// Who sits on the panel, each with their seat.
fn panel(c: &mut Conn, shown: &RoundShown) -> Result<Vec<(String, &'static str)>> {
    let panel = seats::panel(c, shown.evaluation_id)?;
    let ids: Vec<_> = panel.iter().map(|member| member.user_id).collect();
    let names = people::user_names(c, &ids)?;
    Ok(panel
        .into_iter()
        .map(|member| {
            let name = names.get(&member.user_id).cloned();
            (name.unwrap_or_default(), member.seat.label())
        })
        .collect())
}

/// Later dates and corrections, newest first, each with its reason or text.
fn changes(c: &mut Conn, shown: &RoundShown) -> Result<Vec<Change>> {
    let later = shown.amendments.iter().map(|row| Change {
        kind: "延期公告",
        at: row.at,
        text: format!(
            "截止时间由{}延至{}，开标时间为{}。",
            show_instant(row.old_deadline),
            show_instant(row.new_deadline),
            show_instant(row.new_opening_at)
        ),
        reason: Some(row.reason.clone()),
    });
    let id = shown.round.id;
    let corrections = actions::questions::corrections(c, id, &PageQuery::default())?;
    let corrected = corrections.items.into_iter().map(|row| Change {
        kind: "更正公告",
        at: row.posted_at,
        text: shown.veil.text(&row.text),
        reason: None,
    });
    let mut found: Vec<Change> = later.chain(corrected).collect();
    found.sort_by_key(|change| std::cmp::Reverse(change.at));
    Ok(found)
}

#[derive(Serialize)]
struct Change {
    kind: &'static str,
    at: Instant,
    text: String,
    reason: Option<String>,
}

/// The round this one was made from and the supplementary ones made from it, where this person may see them.
fn linked(
    c: &mut Conn,
    shown: &RoundShown,
    office: bool,
) -> Result<Vec<(&'static str, RoundId, String)>> {
    let origin = shown.origin.iter().map(|origin| {
        let label = match origin.kind {
            OriginKind::Copy => "沿用自",
            OriginKind::Supplement => "本批次补充招标，原批次",
        };
        (origin.origin_id, label)
    });
    let next = shown.supplements.iter().map(|id| (*id, "流标标的列入"));
    let wanted: Vec<(RoundId, &'static str)> = origin.chain(next).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rounds = rounds::find_all(c, wanted.iter().map(|(id, _)| *id).collect())?;
    Ok(wanted
        .into_iter()
        .filter_map(|(id, label)| {
            let other = rounds.iter().find(|other| other.id == id)?;
            (office || other.published_at.is_some()).then(|| (label, id, other.title.clone()))
        })
        .collect())
}
